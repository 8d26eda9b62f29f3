import type { SameShape } from "@/words";

import type zh from "../zh";
import account from "./account";
import accounts from "./accounts";
import audit from "./audit";
import desk from "./desk";
import frame from "./frame";
import signIn from "./signIn";
import supervising from "./supervising";

const en: SameShape<typeof zh> = { ...frame, signIn, account, accounts, audit, desk, ...supervising };
export default en;
