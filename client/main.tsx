import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/app.tsx';
import './ui/tokens.css';
import './ui/base.css';

// The page's content security policy has no 'unsafe-eval': zod must not compile its schemas.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
