import sharp from 'sharp';

/**
 * sharp as this server uses it, the only place that imports it. libvips can load more than thirty
 * formats; strangers' files may only reach the four loaders that slides need. One thread a process:
 * the number of processes is what is bounded, and a cache of operations would only hold memory.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadTiff',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
  ],
});
sharp.concurrency(1);
sharp.cache(false);

export { sharp };
