import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as Antd, ConfigProvider } from 'antd';
import { useMemo } from 'react';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { ApiError } from './api/client';
import { Broken } from './components/broken';
import { Missing } from './components/state-page';
import { Frame } from './frame/frame';
import { SignIn } from './pages/sign-in';
import { antdTheme } from './theme/antd-theme';
import { pageNonce } from './theme/nonce';
import { useDark, useNarrow } from './theme/use-media';

/** Pages load when they are first opened. */
const page = (load: () => Promise<{ Page: React.ComponentType }>) => async () => ({ Component: (await load()).Page });

const router = createBrowserRouter([
  { path: '/sign-in', element: <SignIn />, errorElement: <Broken /> },
  {
    element: <Frame />,
    errorElement: <Broken />,
    hydrateFallbackElement: <span />,
    children: [
      { index: true, lazy: page(() => import('./pages/home')) },
      { path: 'inbox', lazy: page(() => import('./pages/inbox')) },
      { path: 'inbox/:task', lazy: page(() => import('./pages/decision')) },
      { path: 'orders', lazy: page(() => import('./pages/orders')) },
      { path: 'orders/:order', lazy: page(() => import('./pages/order')) },
      { path: 'periods', lazy: page(() => import('./pages/periods')) },
      { path: 'periods/:period', lazy: page(() => import('./pages/period')) },
      { path: 'effects', lazy: page(() => import('./pages/effects')) },
      { path: 'connections', lazy: page(() => import('./pages/connections')) },
      { path: 'more', lazy: page(() => import('./pages/more')) },
      { path: 'home', element: <Navigate to="/" replace /> },
      { path: '*', element: <Missing /> },
    ],
  },
]);

/** Signed out while working: the sign-in page, which comes back to this very path. */
function toSignIn(error: unknown): void {
  const { pathname, search } = window.location;
  if (!(error instanceof ApiError) || error.status !== 401 || pathname === '/sign-in') return;
  void router.navigate(`/sign-in?next=${encodeURIComponent(pathname + search)}`, { replace: true });
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: toSignIn }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
    mutations: { onError: toSignIn },
  },
});

/** Overlays stay out of `body` itself, where antd would lock scrolling by a style element without nonce; see base.css. */
const overlays = (): HTMLElement => document.getElementById('overlays') ?? document.body;

const csp = { nonce: pageNonce() };

export function App() {
  const dark = useDark();
  const touch = useNarrow();
  const theme = useMemo(() => antdTheme(dark ? 'dark' : 'light', touch), [dark, touch]);
  return (
    <ConfigProvider theme={theme} csp={csp} getPopupContainer={overlays} button={{ autoInsertSpace: false }}>
      <Antd>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Antd>
    </ConfigProvider>
  );
}
