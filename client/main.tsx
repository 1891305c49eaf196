import './ui/tokens.css'; // first: it fixes the order of the layers
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/app.tsx';

// The page's content security policy has no 'unsafe-eval': zod must not compile its schemas.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
