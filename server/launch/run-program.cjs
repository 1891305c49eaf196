'use strict';

const { spawn } = require('child_process');
const path = require('path');

const ROOT = path.resolve(__dirname, '..', '..');

/** The environment of a child that finds this very Node first, whatever the machine's own is. */
function environmentFor(node, extra) {
  const searched = process.env.PATH || process.env.Path || '';
  return Object.assign({}, process.env, extra, {
    PATH: path.dirname(node) + path.delimiter + searched,
  });
}

/**
 * npm hands SIGTERM to the shell that it started us in, and the shell dies of it without a word to us.
 * So under npm a parent that changes means: stop.
 */
function watchForOrphanage(stop) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 200);
  return watch;
}

/**
 * Runs a program in the repository's root with live output and hands signals on to it.
 * Resolves to its exit status; a signal that ended it counts as 128 + 1, never as success.
 */
function runProgram(node, program, parameters, options) {
  const settings = options || {};
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd: ROOT,
      stdio: settings.quiet ? ['ignore', 'ignore', 'ignore'] : 'inherit',
      env: environmentFor(node, settings.env),
    });
    const forward = (signal) => {
      // At a terminal Ctrl+C reaches the whole group: the child has it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    signals.forEach((signal) => process.on(signal, forward));
    const watch = watchForOrphanage(() => child.kill('SIGTERM'));
    const finish = (status) => {
      clearInterval(watch);
      signals.forEach((signal) => process.removeListener(signal, forward));
      resolve(status);
    };
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      finish(127);
    });
    child.once('exit', (status) => finish(status === null ? 129 : status));
  });
}

/** Runs a script of ours, or of a package, on the given Node. */
function runScript(node, script, parameters, options) {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const nodeFlags = (options && options.nodeFlags) || [];
  const all = flags.concat(nodeFlags, [script], parameters || []);
  return runProgram(node, node, all, options);
}

module.exports = { ROOT, environmentFor, runProgram, runScript };
