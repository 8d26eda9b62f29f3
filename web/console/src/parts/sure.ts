/** Asks before what cannot be taken back. */

import { ElMessageBox } from "element-plus";

import { words } from "@/words";

export async function sure(text: string): Promise<boolean> {
  return ElMessageBox.confirm(text, {
    confirmButtonText: words("common.confirm"),
    cancelButtonText: words("common.cancel"),
    type: "warning",
  }).then(
    () => true,
    () => false,
  );
}
