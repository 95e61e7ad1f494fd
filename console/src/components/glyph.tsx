import type { LookTone } from '../state/states';

/** One mark for each tone, so that a state is never told by colour alone. */
const MARKS: Record<Exclude<LookTone, 'quiet'>, React.ReactNode> = {
  planned: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.5 2" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </>
  ),
  confirmed: <path d="M3 8.5l3.2 3.2L13 4.8" />,
  unknown: (
    <>
      <path d="M5.2 6A2.8 2.8 0 1 1 9 8.6c-.7.4-1 .8-1 1.7" />
      <path d="M8 13v.2" strokeWidth="2.2" />
    </>
  ),
  refused: <path d="M4 4l8 8M12 4l-8 8" />,
  attention: (
    <>
      <path d="M8 3v6.5" strokeWidth="2" />
      <path d="M8 12.8v.1" strokeWidth="2.4" />
    </>
  ),
  parked: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.4" />,
};

export function Glyph({ tone }: { tone: Exclude<LookTone, 'quiet'> }) {
  return (
    <svg className={`oh-glyph oh-glyph-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {MARKS[tone]}
    </svg>
  );
}
