import { createRoot } from 'react-dom/client';
import { App } from './app';
import { startI18n } from './i18n/i18n';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/pages.css';
import { pageNonce } from './theme/nonce';
import { cssVariables } from './theme/tokens';

const variables = document.createElement('style');
variables.nonce = pageNonce();
variables.textContent = cssVariables();
document.head.prepend(variables);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startI18n();
createRoot(root).render(<App />);
