import { Fragment, type ReactNode, useRef, useState } from 'react';
import { useNarrow } from '../theme/use-media';
import { useKeys } from './use-keys';

export interface Column<T> {
  key: string;
  head: ReactNode;
  cell: (row: T) => ReactNode;
  align?: 'end';
  /** CSS width; the rest shares what is left. */
  width?: string;
}

/** A row on a phone: name and amount, a second line, a third with the state. */
export interface Card {
  name: ReactNode;
  amount?: ReactNode;
  second?: ReactNode;
  foot?: ReactNode;
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  card: (row: T) => Card;
  /** Opens a row by click, tap or Enter; j and k move between rows. Without it rows are only read. */
  onOpen?: (row: T) => void;
  total?: ReactNode;
  testId?: string;
  /** What belongs to a row and needs its whole width, beneath it. */
  below?: (row: T) => ReactNode;
}

/** The one list of the console: a semantic table, and cards below 768 px. One row is in the tab order; arrows move it. */
export function LedgerTable<T>({ caption, columns, rows, rowKey, card, onOpen, total, testId, below }: Props<T>) {
  const narrow = useNarrow();
  const [at, setAt] = useState(0);
  const body = useRef<HTMLElement | null>(null);
  const opens = onOpen !== undefined;
  const current = Math.min(at, rows.length - 1);

  const move = (step: number): void => {
    const focused = body.current?.contains(document.activeElement) === true;
    const to = Math.max(0, Math.min(rows.length - 1, focused ? current + step : current));
    setAt(to);
    body.current?.querySelectorAll<HTMLElement>('[data-row]')[to]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) }, opens && rows.length > 0);

  const rowProps = (row: T, i: number) => ({
    'data-row': rowKey(row),
    ...(testId === undefined ? {} : { 'data-testid': testId }),
    ...(onOpen === undefined
      ? {}
      : {
          tabIndex: i === current ? 0 : -1,
          onFocus: () => setAt(i),
          onClick: (event: React.MouseEvent) => {
            if ((event.target as Element).closest('a, button') === null) onOpen(row);
          },
          onKeyDown: (event: React.KeyboardEvent) => {
            if (event.target !== event.currentTarget) return;
            if (event.key === 'Enter') onOpen(row);
            else if (event.key === 'ArrowDown') move(1);
            else if (event.key === 'ArrowUp') move(-1);
            else return;
            event.preventDefault();
          },
        }),
  });

  if (narrow) {
    return (
      <ul
        className="oh-cards"
        aria-label={caption}
        ref={(node) => {
          body.current = node;
        }}
      >
        {rows.map((row, i) => {
          const { name, amount, second, foot } = card(row);
          return (
            <li key={rowKey(row)} className={opens ? 'oh-opens' : ''} {...rowProps(row, i)}>
              <span className="oh-card-name">{name}</span>
              {amount !== undefined && <span className="oh-card-amount">{amount}</span>}
              {second !== undefined && <span className="oh-card-second">{second}</span>}
              {foot !== undefined && <span className="oh-card-foot">{foot}</span>}
              {below !== undefined && <div className="oh-card-below">{below(row)}</div>}
            </li>
          );
        })}
        {total !== undefined && <li className="oh-cards-total">{total}</li>}
      </ul>
    );
  }
  return (
    <table className="oh-table">
      <caption className="oh-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((c) => (
            <th
              key={c.key}
              scope="col"
              className={c.align === 'end' ? 'oh-end' : ''}
              style={c.width ? { width: c.width } : {}}
            >
              {c.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        ref={(node) => {
          body.current = node;
        }}
      >
        {rows.map((row, i) => (
          <Fragment key={rowKey(row)}>
            <tr
              className={`${opens ? 'oh-opens' : ''}${below === undefined ? '' : ' oh-above'}`.trim()}
              {...rowProps(row, i)}
            >
              {columns.map((c) => (
                <td key={c.key} className={c.align === 'end' ? 'oh-end' : ''}>
                  {c.cell(row)}
                </td>
              ))}
            </tr>
            {below !== undefined && (
              <tr className="oh-below">
                <td colSpan={columns.length}>{below(row)}</td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
      {total !== undefined && (
        <tfoot>
          <tr>
            <td colSpan={columns.length} className="oh-end">
              {total}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
