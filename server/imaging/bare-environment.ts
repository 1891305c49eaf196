const KEPT = ['PATH', 'TMPDIR', 'TEMP', 'LANG', 'SystemRoot', 'LD_LIBRARY_PATH'];

/**
 * For processes that touch strangers' data: what a program needs to find its libraries and a place for
 * temporary files, no credentials.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
