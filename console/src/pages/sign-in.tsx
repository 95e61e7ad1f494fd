import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { call } from '../api/client';
import { safeNext } from '../api/safe-next';
import type { Session } from '../api/types';
import { ErrorPanel, problemOf } from '../components/error-panel';
import { LanguageButton } from '../frame/account';

/**
 * The page a sign-in link opens. A link works once, so it is spent by a click and not by opening the page: mail
 * scanners open links too.
 */
export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const token = params.get('token');
  const next = safeNext(params.get('next'));
  const signIn = useMutation({
    mutationFn: () => call<Session>('POST', '/session', { token }),
    onSuccess: async () => {
      client.clear();
      await navigate(next, { replace: true });
    },
  });
  useEffect(() => {
    document.title = `${t('signIn.title')}`;
  }, [t]);
  return (
    <main className="oh-alone">
      <section className="oh-signin">
        <h1>{t('signIn.title')}</h1>
        {token === null ? (
          <>
            {params.has('next') && <p>{t('signIn.ended')}</p>}
            <h2>{t('signIn.noLink')}</h2>
            <p>{t('signIn.how')}</p>
            <pre>orderhub login-link</pre>
          </>
        ) : (
          <>
            <p>{t('signIn.ready')}</p>
            <Button
              type="primary"
              size="large"
              autoFocus
              data-testid="sign-in"
              loading={signIn.isPending}
              onClick={() => signIn.mutate()}
            >
              {t('signIn.button')}
            </Button>
          </>
        )}
        {next !== '/' && <p className="oh-caption">{t('signIn.afterwards', { path: next })}</p>}
        {signIn.error !== null && <ErrorPanel problem={problemOf(signIn.error)} />}
        <LanguageButton />
      </section>
    </main>
  );
}
