/** The one error shape of the server, as something to throw; what never reached it has the same shape. */

export interface Wrong {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

export class Refusal extends Error implements Wrong {
  constructor(
    readonly code: string,
    message: string,
    readonly mend: string,
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
  ) {
    super(message);
    this.name = "Refusal";
  }

  /** Whether trying again, unchanged, may well work. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

/** In: the body of an answer, whatever it is. Out: the error in it, or null. */
export function readWrong(body: unknown): Wrong | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  const error: unknown = body.error;
  if (typeof error !== "object" || error === null) return null;
  const { code, message, mend } = error as Record<string, unknown>;
  return isText(code) && isText(message) && isText(mend) ? { code, message, mend } : null;
}
