import { useSay } from '../i18n/i18n';
import type { Look } from '../state/states';
import { Glyph } from './glyph';

/** A state as word, glyph and tone. Quiet states are plain ink; `plain` drops the tint of confirmed ones in lists. */
export function StateChip({ look, note }: { look: Look; note?: string }) {
  const say = useSay();
  const words = note === undefined ? say(look) : `${say(look)} · ${note}`;
  if (look.tone === 'quiet') return <span className="oh-state-quiet">{words}</span>;
  return (
    <span className={`oh-chip oh-tone-${look.tone}`}>
      <Glyph tone={look.tone} />
      {words}
    </span>
  );
}
