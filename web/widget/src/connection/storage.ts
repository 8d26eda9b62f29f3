/** Browser storage that may be missing, full or forbidden: then the values live as long as the page. */

export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

const PREFIX = "bangban:";

/** Whether another tab of this browser has just changed a key. */
export const isOf = (event: StorageEvent, key: string): boolean => event.key === PREFIX + key;

export function keep(area: () => Storage): Keep {
  const memory = new Map<string, string>();
  const storage = (): Storage | null => {
    try {
      return area();
    } catch {
      return null;
    }
  };
  return {
    get(key) {
      try {
        return storage()?.getItem(PREFIX + key) ?? memory.get(key) ?? null;
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      try {
        if (value === null) storage()?.removeItem(PREFIX + key);
        else storage()?.setItem(PREFIX + key, value);
      } catch {
        // Full or forbidden: the memory has it.
      }
    },
  };
}

/** As long as the tab: unsent words must not stay on a shared computer. */
export const tabKeep = (): Keep => keep(() => window.sessionStorage);

/** As long as the browser: the token of a conversation embedded cross-site, ticks, preferences. */
export const browserKeep = (): Keep => keep(() => window.localStorage);
