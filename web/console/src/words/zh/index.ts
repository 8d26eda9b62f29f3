import account from "./account";
import accounts from "./accounts";
import audit from "./audit";
import desk from "./desk";
import frame from "./frame";
import signIn from "./signIn";
import supervising from "./supervising";

/** One file a page; `common` words of many pages stand with the frame. */
export default { ...frame, signIn, account, accounts, audit, desk, ...supervising };
