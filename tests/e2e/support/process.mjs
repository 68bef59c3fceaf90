// Real processes: started, watched, killed, and never left behind.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { eventually } from './wait.mjs';

const running = new Set();
// setpriv makes the kernel end a child when this process dies, whatever it dies of.
const kSetpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

function killAll() {
  for (const child of running) child.kill('SIGKILL');
}
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killAll();
    process.exit(130);
  });
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** One program that listens on a port. Its output is kept, in memory and in a file. */
export class Program {
  #child = null;
  #exit = null;

  /** @param patience how long it may take until it answers */
  constructor({ name, path, env, readyUrl, logFile, patience = 60_000 }) {
    this.name = name;
    this.path = path;
    this.env = env;
    this.readyUrl = readyUrl;
    this.logFile = logFile;
    this.patience = patience;
    this.output = '';
  }

  get pid() {
    return this.#child?.pid;
  }

  get alive() {
    return this.#child !== null;
  }

  async start(changed = {}) {
    if (this.#child) throw new Error(`${this.name} runs already`);
    Object.assign(this.env, changed);
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const command = kSetpriv
      ? [kSetpriv, '--pdeathsig', 'SIGKILL', this.path]
      : [this.path];
    const child = spawn(command[0], command.slice(1), {
      env: { PATH: process.env.PATH, TZ: 'UTC', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        this.output += bytes;
        log.write(bytes);
      });
    }
    this.#exit = new Promise((resolve) => {
      child.on('error', (error) => resolve({ error }));
      child.on('close', (code, signal) => {
        running.delete(child);
        if (this.#child === child) this.#child = null;
        log.end();
        resolve({ code, signal });
      });
    });
    await this.ready();
    return this;
  }

  /** Until it answers 200. */
  async ready() {
    const ended = this.#exit.then(({ code, signal, error }) => {
      const why = error ? error.message : `ended with ${signal ?? code}`;
      throw new Error(`${this.name} ${why}\n${this.output.slice(-2000)}`);
    });
    const answers = eventually(
      `${this.name} answers at ${this.readyUrl}`,
      async () => (await fetch(this.readyUrl, { signal: AbortSignal.timeout(2000) })).ok,
      { timeout: this.patience, every: 30 },
    );
    await Promise.race([ended, answers]);
    ended.catch(() => {});
  }

  /** No farewell: the power went out. */
  async kill9() {
    if (!this.#child) return;
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** SIGTERM; its exit code. */
  async stop() {
    if (!this.#child) return 0;
    this.#child.kill('SIGTERM');
    const { code, signal } = await this.#exit;
    return signal ?? code;
  }

  async restart(changed = {}) {
    await this.stop();
    return this.start(changed);
  }
}
