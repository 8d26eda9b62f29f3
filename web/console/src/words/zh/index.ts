import account from "./account";
import accounts from "./accounts";
import assignments from "./assignments";
import audit from "./audit";
import desk from "./desk";
import frame from "./frame";
import happened from "./happened";
import inbox from "./inbox";
import keeping from "./keeping";
import link from "./link";
import names from "./names";
import overview from "./overview";
import proposals from "./proposals";
import review from "./review";
import signIn from "./signIn";
import supervising from "./supervising";

/** One file a page; `common` words of many pages stand with the frame. */
export default { ...frame, signIn, account, accounts, audit, desk, ...supervising, names, review, happened, inbox, assignments, proposals, overview, keeping, link };
