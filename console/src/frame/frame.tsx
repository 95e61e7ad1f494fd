import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation, useNavigate, useNavigation } from 'react-router';
import { useSession, useTasks } from '../api/queries';
import type { Session } from '../api/types';
import { Icon, type IconName } from '../components/icon';
import { Loaded } from '../components/state-page';
import { useKeys } from '../components/use-keys';
import { may } from '../state/may';
import { useNarrow } from '../theme/use-media';
import { LanguageButton, SignOutButton } from './account';
import { groupsFor } from './nav';

/** How many tasks wait for me; undefined until known. */
function useWaiting(session: Session): string | undefined {
  const tasks = useTasks({ state: 'waiting', mine: true, limit: 50 }, may(session, 'task:read'));
  const count = tasks.data?.items.length ?? 0;
  return count === 0 ? undefined : `${count}${tasks.data?.next === undefined ? '' : '+'}`;
}

function Item({ to, icon, text, count }: { to: string; icon: IconName; text: string; count?: ReactNode }) {
  return (
    <NavLink to={to} end={to === '/'} title={text}>
      <Icon name={icon} />
      <span className="oh-nav-text">{text}</span>
      {count !== undefined && <span className="oh-count">{count}</span>}
    </NavLink>
  );
}

function Rail({ session }: { session: Session }) {
  const { t } = useTranslation();
  const waiting = useWaiting(session);
  return (
    <nav className="oh-rail" aria-label={t('app.nav')}>
      {groupsFor(session).map((group) => (
        <div key={group.words} className="oh-rail-group">
          <span className="oh-rail-head">{t(group.words)}</span>
          {group.places.map((p) => (
            <Item
              key={p.to}
              to={p.to}
              icon={p.icon}
              text={t(p.words)}
              count={p.to === '/inbox' ? waiting : undefined}
            />
          ))}
        </div>
      ))}
    </nav>
  );
}

function ThumbBar({ session }: { session: Session }) {
  const { t } = useTranslation();
  const waiting = useWaiting(session);
  return (
    <nav className="oh-thumb" aria-label={t('app.nav')}>
      <Item to="/" icon="home" text={t('nav.home')} />
      <Item to="/inbox" icon="inbox" text={t('nav.inbox')} count={waiting} />
      <Item to="/orders" icon="orders" text={t('nav.orders')} />
      <Link to="/orders?find=1">
        <Icon name="search" />
        <span className="oh-nav-text">{t('nav.search')}</span>
      </Link>
      <Item to="/more" icon="more" text={t('nav.more')} />
    </nav>
  );
}

function GlobalSearch() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  const find = (event: React.FormEvent): void => {
    event.preventDefault();
    const search = box.current?.value.trim() ?? '';
    void navigate(`/orders${search === '' ? '' : `?search=${encodeURIComponent(search)}`}`);
  };
  return (
    <search className="oh-find">
      <form onSubmit={find}>
        <Icon name="search" />
        <input ref={box} type="search" aria-label={t('app.searchLabel')} placeholder={t('app.search')} />
      </form>
    </search>
  );
}

function Inside({ session }: { session: Session }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const place = useLocation().pathname;
  const going = useNavigation().state !== 'idle';
  const lead = useRef(0);
  /** `g` then a letter goes to a place. */
  const go = (path: string) => (): void => {
    if (Date.now() - lead.current < 1_500) void navigate(path);
  };
  useKeys({
    g: () => {
      lead.current = Date.now();
    },
    h: go('/'),
    i: go('/inbox'),
    o: go('/orders'),
    e: go('/effects'),
    c: go('/connections'),
    p: go('/periods'),
  });
  const sandbox = session.environment === 'sandbox';
  return (
    <div className={`oh-frame${sandbox ? ' oh-sandbox' : ''}`}>
      <a className="oh-skip" href="#content">
        {t('app.skip')}
      </a>
      <header className="oh-top">
        <Link to="/" className="oh-brand">
          {t('app.name')}
        </Link>
        {sandbox && <span className="oh-env">{t('app.sandbox')}</span>}
        {!narrow && (
          <>
            {place !== '/orders' && <GlobalSearch />}
            <span className="oh-top-end">
              <LanguageButton />
              <span className="oh-person">{session.actor.name}</span>
              <SignOutButton />
            </span>
          </>
        )}
      </header>
      {!narrow && <Rail session={session} />}
      <main id="content" tabIndex={-1} aria-busy={going}>
        <Outlet />
      </main>
      {narrow && <ThumbBar session={session} />}
    </div>
  );
}

/** Rail, top bar and content; on a phone the bar at the thumb instead of the rail. Nothing shows before the session is known. */
export function Frame() {
  const session = useSession();
  return (
    <Loaded result={session} rows={3}>
      {(data) => <Inside session={data} />}
    </Loaded>
  );
}
