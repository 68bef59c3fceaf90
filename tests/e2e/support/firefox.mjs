// Debian's Firefox, headless, spoken to by WebDriver BiDi (playwright drives only a Firefox of its own).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { eventually } from './wait.mjs';

const kFirefox = process.env.FIREFOX ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((file) => existsSync(file));
export const hasFirefox = kFirefox !== undefined;

// The keys of WebDriver that have no letter.
export const keys = { Tab: '\uE004', Enter: '\uE007', Space: ' ', Backspace: '\uE003' };

// It asks nobody anything. Headless it has no WebGL, whatever it is told, so the elements are the page.
const kPreferences = {
  'app.normandy.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,none',
};

export class Firefox {
  #socket;
  #waiting = new Map();
  #last = 0;

  /** Errors of the page's scripts, as the console has them. */
  problems = [];

  static async launch() {
    const one = new Firefox();
    one.profile = mkdtempSync(path.join(tmpdir(), 'e2e-firefox-'));
    const lines = Object.entries(kPreferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    writeFileSync(path.join(one.profile, 'user.js'), lines.join('\n'));
    one.process = spawn(
      kFirefox, ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', one.profile],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: one.profile, MOZ_HEADLESS_WIDTH: '1280', MOZ_HEADLESS_HEIGHT: '900' } },
    );
    let said = '';
    one.process.stderr.on('data', (bytes) => (said += bytes));
    const kill = () => one.process.kill('SIGKILL');
    process.on('exit', kill);
    one.process.on('exit', () => process.off('exit', kill));
    const [, address] = await eventually('Firefox listens', () => said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/), { timeout: 90_000 });
    one.#socket = new WebSocket(`${address}/session`);
    await once(one.#socket, 'open');
    one.#socket.on('message', (text) => one.#hear(JSON.parse(text)));
    one.version = (await one.send('session.new', { capabilities: {} })).capabilities.browserVersion;
    await one.send('session.subscribe', { events: ['log.entryAdded'] });
    one.context = (await one.send('browsingContext.create', { type: 'tab' })).context;
    return one;
  }

  #hear(message) {
    if (message.method === 'log.entryAdded' && message.params.level === 'error') this.problems.push(message.params.text);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`));
    else waiting.resolve(message.result);
  }

  send(method, params) {
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  goto(url) {
    return this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /** The text that the function gives, called in the page with texts. */
  async ask(work, ...texts) {
    const { result, exceptionDetails } = await this.send('script.callFunction', {
      functionDeclaration: String(work),
      arguments: texts.map((value) => ({ type: 'string', value })),
      target: { context: this.context },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  words() {
    return this.ask(() => document.body.innerText);
  }

  says(text) {
    return eventually(`Firefox says “${text}”`, async () => (await this.words()).includes(text));
  }

  /** Real keys, one after another. */
  type(text) {
    const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    return this.send('input.performActions', { context: this.context, actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  focused() {
    return this.ask(() => {
      const element = document.activeElement;
      return element.getAttribute('aria-label') ?? (element.labels?.[0]?.textContent || element.textContent);
    });
  }

  async tabTo(name) {
    for (let n = 0; n < 40; n += 1) {
      if ((await this.focused()) === name) return;
      await this.type(keys.Tab);
    }
    throw new Error(`Tab never reaches “${name}”`);
  }

  /** A picture of the window, as PNG. */
  async picture() {
    const { data } = await this.send('browsingContext.captureScreenshot', { context: this.context, origin: 'document' });
    return Buffer.from(data, 'base64');
  }

  async close() {
    const ended = once(this.process, 'exit');
    this.#socket?.close();
    this.process.kill('SIGTERM');
    await Promise.race([ended, eventually('Firefox ends', () => this.process.exitCode !== null, { timeout: 8000 }).catch(() => this.process.kill('SIGKILL'))]);
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
