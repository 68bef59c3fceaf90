// One build of the module at a time; a change while one runs is built after it.
import { spawn } from 'node:child_process';

/** `done({ok, ms, text})` after every build. */
export function builder(folder, done) {
  let running = null;
  let again = false;

  function run() {
    const started = Date.now();
    let text = '';
    // A group of its own, so that the compilers end with it.
    const child = spawn('ninja', ['-C', folder, 'page_module'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
    child.on('error', (error) => (text += error.message));
    child.on('close', (code) => {
      running = null;
      if (again) {
        again = false;
        run();
      } else if (code === 0 || code > 0) {
        done({ ok: code === 0, ms: Date.now() - started, text: complaints(text) });
      }
    });
  }

  return {
    wanted() {
      if (running) again = true;
      else run();
    },
    async stop() {
      again = false;
      if (!running) return;
      const ended = new Promise((resolve) => running.on('close', resolve));
      process.kill(-running.pid, 'SIGTERM');
      await ended;
    },
  };
}

/** What the compiler said, without ninja's lines and its own command's (with or without ccache, and as em++ repeats it). */
function complaints(text) {
  return text.split('\n').filter((line) => !/^(\[\d+\/\d+\]|FAILED:|ninja:)|\bem(\+\+|cc)[ :]/.test(line)).join('\n').slice(0, 8000);
}
