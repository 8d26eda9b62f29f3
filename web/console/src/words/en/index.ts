import type { SameShape } from "@/words";

import type zh from "../zh";
import account from "./account";
import accounts from "./accounts";
import audit from "./audit";
import frame from "./frame";
import signIn from "./signIn";

const en: SameShape<typeof zh> = { ...frame, signIn, account, accounts, audit };
export default en;
