import type { UploadRecord } from '../../local/uploads.ts';
import type { LocalFile } from './upload-item.ts';
import type { FileFinder } from './upload-needs.ts';

/** Chromium only, and not yet in the DOM library: leave to read a file that a page was once given. */
interface PermittedHandle extends FileSystemFileHandle {
  queryPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
}

async function mayRead(handle: PermittedHandle, ask: boolean): Promise<boolean> {
  const state = await handle.queryPermission?.({ mode: 'read' });
  if (state === 'granted') return true;
  if (!ask || state !== 'prompt') return false;
  return (await handle.requestPermission?.({ mode: 'read' })) === 'granted';
}

/** The file behind a handle if it is still the very same one. */
async function openSame(
  handle: FileSystemFileHandle,
  expected: UploadRecord['files'][number],
): Promise<LocalFile | undefined> {
  try {
    const file = await handle.getFile();
    const isSame = file.size === expected.bytes && file.lastModified === expected.lastModified;
    return isSame ? { path: expected.path, file, handle } : undefined;
  } catch (cause) {
    // NotFoundError: moved or deleted. The technician is asked for it.
    if (cause instanceof DOMException) return undefined;
    throw cause;
  }
}

/** Finds files again through the handles that the browser keeps, where it offers any. */
export const reopenByHandles: FileFinder = {
  reopen: async (record, ask) => {
    const { handles, files } = record;
    if (handles === undefined || handles.length !== files.length) return undefined;
    const found: LocalFile[] = [];
    for (const [at, handle] of handles.entries()) {
      const expected = files[at];
      if (expected === undefined || !(await mayRead(handle, ask))) return undefined;
      const file = await openSame(handle, expected);
      if (file === undefined) return undefined;
      found.push(file);
    }
    return found;
  },
};
