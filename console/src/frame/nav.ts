import type { IconName } from '../components/icon';
import type { Action } from '../state/may';

export interface Place {
  to: string;
  icon: IconName;
  words: 'nav.home' | 'nav.inbox' | 'nav.orders' | 'nav.effects' | 'nav.connections';
  /** Hidden from whoever may not read it. */
  needs?: Action;
}

/** The rail, group by group. */
export const GROUPS: readonly { words: 'nav.work' | 'nav.integrate'; places: readonly Place[] }[] = [
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
];
