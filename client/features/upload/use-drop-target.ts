import { useEffect, useRef, useState } from 'react';
import type { LocalFile } from '../../api/upload/upload-item.ts';
import { readDroppedFiles } from './read-dropped-files.ts';

export type OnFiles = (files: Promise<readonly LocalFile[]> | readonly LocalFile[]) => void;

/**
 * Takes files dropped anywhere in the window while the screen is open: nobody aims at a box, and a browser
 * would leave the page to show a file that missed it. Returns whether files hover over the window.
 */
export function useDropTarget(onFiles: OnFiles): boolean {
  const [isOver, setOver] = useState(false);
  const newest = useRef(onFiles);
  useEffect(() => {
    newest.current = onFiles;
  });
  useEffect(() => {
    const listening = new AbortController();
    const on = (type: 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) => {
      const listen = (event: DragEvent) => {
        if (event.dataTransfer?.types.includes('Files') === true) act(event);
      };
      window.addEventListener(type, listen, { signal: listening.signal });
    };
    on('dragover', (event) => {
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', (event) => {
      // From element to element the event comes too; with nothing to go to, the window was left.
      if (event.relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) newest.current(readDroppedFiles(event.dataTransfer));
    });
    return () => listening.abort();
  }, []);
  return isOver;
}
