import { useSyncExternalStore } from 'react';

/** True while the media query matches; follows changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

export const useDark = (): boolean => useMedia('(prefers-color-scheme: dark)');
/** Phones: cards instead of tables, actions at the thumb. */
export const useNarrow = (): boolean => useMedia('(max-width: 767.98px)');
/** Wide enough for an inspector beside the list. */
export const useRoomy = (): boolean => useMedia('(min-width: 1024px)');
