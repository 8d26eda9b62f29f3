export default {
  title: "审计日志",
  hint: "谁在什么时候做了什么。只增不改，任何角色都不能删除；查看本页也会记录。",
  seq: "序号",
  at: "时间",
  actor: "操作人",
  action: "操作",
  object: "对象",
  detail: "详情",
  address: "地址",
  system: "系统",
  empty: "还没有记录",
  end: "没有更早的记录了",
};
