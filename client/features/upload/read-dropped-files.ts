import type { LocalFile } from '../../api/upload/upload-item.ts';

/** A folder is read entry by entry: browsers hand over at most 100 at once. */
async function readAllEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesOf(entry: FileSystemEntry): Promise<LocalFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  if (!entry.isDirectory) return [];
  const entries = await readAllEntries(entry as FileSystemDirectoryEntry);
  const nested = await Promise.all(entries.map(filesOf));
  return nested.flat();
}

type HandleItem = DataTransferItem & {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
};

async function withHandle(
  files: readonly LocalFile[],
  handle: FileSystemHandle | null | undefined,
): Promise<LocalFile[]> {
  const [only] = files;
  if (only === undefined || files.length !== 1 || handle?.kind !== 'file') return [...files];
  return [{ ...only, handle: handle as FileSystemFileHandle }];
}

/** All files of a drop, folders opened. The transfer's items die with the event: they are taken at once. */
export async function readDroppedFiles(transfer: DataTransfer): Promise<LocalFile[]> {
  const taken = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item: HandleItem) => ({
      entry: item.webkitGetAsEntry(),
      handle: item.getAsFileSystemHandle?.() ?? null,
    }));
  const read = await Promise.all(
    taken.map(async ({ entry, handle }) =>
      entry === null ? [] : withHandle(await filesOf(entry), await handle),
    ),
  );
  return read.flat();
}

/** Files of an <input type="file">, folders by their relative path. */
export function readPickedFiles(list: FileList): LocalFile[] {
  return [...list].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
}
