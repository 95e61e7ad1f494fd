import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call } from '../api/client';
import { switchLang, useLang } from '../i18n/i18n';

export function LanguageButton() {
  const { t } = useTranslation();
  const other = useLang() === 'en' ? 'zh-CN' : 'en';
  return (
    <Button type="text" size="small" lang={other} title={t('app.languageHint')} onClick={() => void switchLang(other)}>
      {t('app.language')}
    </Button>
  );
}

export function SignOutButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    await call('DELETE', '/session').catch(() => undefined);
    await navigate('/sign-in');
    client.clear();
  };
  return (
    <Button type="text" size="small" onClick={() => void signOut()}>
      {t('app.signOut')}
    </Button>
  );
}
