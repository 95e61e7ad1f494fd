const PATHS = {
  home: 'M3 9.5 10 3.5l7 6M5 8.5v8h10v-8',
  inbox: 'M3 11.5 5.5 4h9l2.5 7.5V16H3zM3 11.5h4l1 2h4l1-2h4',
  orders: 'M4.5 3h11v14l-2.7-1.5L10 17l-2.8-1.5L4.5 17zM7.5 7h5M7.5 10.5h5',
  effects: 'M3 10h10M9.5 6l4 4-4 4M17 4v12',
  connections: 'M7 5v4M13 5v4M5 9h10v2a5 5 0 0 1-10 0zM10 16v2',
  periods: 'M4 5h12v11H4zM4 8.5h12M7.5 3v3.5M12.5 3v3.5M7.5 12.2l2 2 3.2-3.6',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4',
  more: 'M4 10h.1M10 10h.1M16 10h.1',
  back: 'M12 4l-6 6 6 6',
  next: 'M8 4l6 6-6 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={`oh-icon${name === 'more' ? ' oh-icon-heavy' : ''}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
