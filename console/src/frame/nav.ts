import type { Session } from '../api/types';
import type { IconName } from '../components/icon';
import { type Action, may } from '../state/may';

export interface Place {
  to: string;
  icon: IconName;
  words: 'nav.home' | 'nav.inbox' | 'nav.orders' | 'nav.effects' | 'nav.connections' | 'nav.periods';
  /** Hidden from whoever may not read it. */
  needs?: Action;
}

/** The rail, group by group. */
export const GROUPS: readonly { words: 'nav.work' | 'nav.integrate' | 'nav.revenue'; places: readonly Place[] }[] = [
  {
    words: 'nav.work',
    places: [
      { to: '/', icon: 'home', words: 'nav.home' },
      { to: '/inbox', icon: 'inbox', words: 'nav.inbox', needs: 'task:read' },
      { to: '/orders', icon: 'orders', words: 'nav.orders', needs: 'order:read' },
    ],
  },
  {
    words: 'nav.integrate',
    places: [
      { to: '/effects', icon: 'effects', words: 'nav.effects', needs: 'effect:read' },
      { to: '/connections', icon: 'connections', words: 'nav.connections', needs: 'connection:read' },
    ],
  },
  {
    words: 'nav.revenue',
    places: [{ to: '/periods', icon: 'periods', words: 'nav.periods', needs: 'journal:read' }],
  },
];

/** The groups as somebody may see them, without empty ones. */
export const groupsFor = (session: Session | undefined) =>
  GROUPS.map(({ words, places }) => ({
    words,
    places: places.filter((p) => p.needs === undefined || may(session, p.needs)),
  })).filter(({ places }) => places.length > 0);
