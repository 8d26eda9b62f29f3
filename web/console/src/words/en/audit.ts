export default {
  title: "Audit log",
  hint: "Who did what, and when. It only grows and no role can change it; looking at it is noted too.",
  seq: "No.",
  at: "Time",
  actor: "Who",
  action: "Action",
  object: "Object",
  detail: "Detail",
  address: "Address",
  system: "System",
  empty: "Nothing noted yet",
  end: "Nothing earlier",
};
