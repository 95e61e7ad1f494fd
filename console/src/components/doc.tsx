import type { ReactNode } from 'react';
import type { PresentedOrder } from '../api/types';
import { useSay } from '../i18n/i18n';

/** Name of a line by its id, with its number in front. */
export function useLineName(order: PresentedOrder): (lineId: string) => string {
  const say = useSay();
  return (lineId) => {
    const line = order.lines.find((l) => l.lineId === lineId);
    return line === undefined ? lineId : `${line.lineNo} · ${say({ en: line.name, zh: line.nameZh })}`;
  };
}

/** One document of fulfilment: number, state, what it is about. */
export function Doc({
  number,
  chip,
  note,
  children,
}: {
  number: string;
  chip: ReactNode;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <article className="oh-doc" aria-label={number} data-testid="fulfilment-doc">
      <header>
        <h3 className="oh-number">{number}</h3>
        {chip}
        {note}
      </header>
      {children}
    </article>
  );
}

/** Units of lines, one line a row, quantity at the end. */
export function UnitList({
  units,
  name,
}: {
  units: readonly { lineId: string; text: string }[];
  name: (lineId: string) => string;
}) {
  return (
    <ul className="oh-units">
      {units.map((unit) => (
        <li key={`${unit.lineId} ${unit.text}`}>
          <span>{name(unit.lineId)}</span>
          <span className="oh-number">{unit.text}</span>
        </li>
      ))}
    </ul>
  );
}
