import { useTitle } from '../frame/use-title.ts';
import { UploadScreen } from '../screens.ts';

export function UploadPage() {
  useTitle('upload');
  return <UploadScreen />;
}
