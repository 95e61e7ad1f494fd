import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from '../api/queries';
import { PageHead } from '../components/page-head';
import { LanguageButton, SignOutButton } from '../frame/account';
import { groupsFor } from '../frame/nav';

/** What does not fit the bar of a phone. */
export function Page() {
  const { t } = useTranslation();
  const session = useSession().data;
  const rest = groupsFor(session)
    .filter((g) => g.words !== 'nav.work')
    .flatMap((g) => g.places);
  return (
    <>
      <PageHead title={t('nav.more')} name={t('nav.more')} />
      <ul className="oh-more">
        {rest.map((p) => (
          <li key={p.to}>
            <Link to={p.to}>{t(p.words)}</Link>
          </li>
        ))}
        <li>
          <LanguageButton />
        </li>
        <li>
          <SignOutButton />
          <span className="oh-caption">{session?.actor.name}</span>
        </li>
      </ul>
    </>
  );
}
