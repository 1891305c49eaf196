import { useTitle } from '../frame/use-title.ts';
import { lazyScreen } from './lazy-screen.ts';

const UploadScreen = lazyScreen<Record<never, never>>('upload/upload-screen.tsx', 'UploadScreen');

export function UploadPage() {
  useTitle('upload');
  return <UploadScreen />;
}
