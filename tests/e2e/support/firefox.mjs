// Debian's Firefox, spoken to by WebDriver BiDi (playwright drives only a Firefox of its own).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { hasDisplay, startDisplay } from './display.mjs';
import { eventually } from './wait.mjs';

const kFirefox = process.env.FIREFOX ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((file) => existsSync(file));
export const hasFirefox = kFirefox !== undefined;
// Without a screen Firefox has no WebGL, whatever it is told (Mozilla's bug 1375585).
export const hasGraphics = hasDisplay;

// The keys of WebDriver that have no letter.
export const keys = { Tab: '\uE004', Enter: '\uE007', Space: ' ', Backspace: '\uE003' };

const kWindow = { width: 1280, height: 900 };

// It asks nobody anything, and uses what draws in software without trying it first: on a busy machine the try is late and counts
// as a failure.
const kPreferences = {
  'app.normandy.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'webgl.force-enabled': true,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,none',
};

export class Firefox {
  #socket;
  #waiting = new Map();
  #last = 0;
  #intercepts = new Map();
  #chrome;
  #display;

  /** Errors of the pages' scripts, as the console has them. */
  problems = [];

  static async launch() {
    const one = new Firefox();
    try {
      await one.#start();
    } catch (error) {
      await one.close();
      throw error;
    }
    return one;
  }

  async #start() {
    this.#display = hasDisplay ? await startDisplay() : undefined;
    this.profile = mkdtempSync(path.join(tmpdir(), 'e2e-firefox-'));
    const lines = Object.entries(kPreferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    writeFileSync(path.join(this.profile, 'user.js'), lines.join('\n'));
    const screen = this.#display ? { DISPLAY: this.#display.name, WAYLAND_DISPLAY: '' } : { MOZ_HEADLESS: '1' };
    this.process = spawn(
      // Its own windows may be spoken to as well: that is how a preference changes and a tab is discarded.
      kFirefox, ['--no-remote', '--remote-debugging-port=0', '--remote-allow-system-access', '--profile', this.profile],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: this.profile, ...screen } },
    );
    let said = '';
    this.process.stderr.on('data', (bytes) => (said += bytes));
    const kill = () => this.process.kill('SIGKILL');
    process.on('exit', kill);
    this.process.on('exit', () => process.off('exit', kill));
    const [, address] = await eventually('Firefox listens', () => said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/), { timeout: 90_000 });
    this.#socket = new WebSocket(`${address}/session`);
    await once(this.#socket, 'open');
    this.#socket.on('message', (text) => this.#hear(JSON.parse(text)));
    this.#socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox is gone'));
      this.#waiting.clear();
    });
    this.version = (await this.send('session.new', { capabilities: {} })).capabilities.browserVersion;
    await this.send('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
    const { contexts } = await this.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
    this.#chrome = contexts[0].context;
  }

  #hear(message) {
    if (message.method === 'log.entryAdded' && message.params.level === 'error') this.problems.push(message.params.text);
    if (message.method === 'network.beforeRequestSent' && message.params.isBlocked) this.#answer(message.params);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`));
    else waiting.resolve(message.result);
  }

  #answer({ intercepts, request }) {
    const answer = this.#intercepts.get(intercepts[0]);
    // The request may be gone already: its page was left.
    const gone = (error) => {
      if (!error.message.startsWith('no such request')) throw error;
    };
    if (answer) answer(request.request).catch(gone);
    else this.send('network.continueRequest', { request: request.request }).catch(gone);
  }

  send(method, params) {
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  /** A new tab in front. */
  async tab() {
    const { context } = await this.send('browsingContext.create', { type: 'tab' });
    const tab = new Tab(this, context);
    await tab.resize(kWindow.width, kWindow.height);
    return tab;
  }

  /** Meets the tab's requests of that address, whatever they ask: `answer` is given each one's id. Gives what ends it. */
  async intercept(tab, address, answer) {
    const { protocol, hostname, port, pathname } = new URL(address);
    const { intercept } = await this.send('network.addIntercept', {
      phases: ['beforeRequestSent'],
      contexts: [tab.context],
      urlPatterns: [{ type: 'pattern', protocol: protocol.slice(0, -1), hostname, port, pathname }],
    });
    this.#intercepts.set(intercept, answer);
    return async () => {
      await this.send('network.removeIntercept', { intercept });
      this.#intercepts.delete(intercept);
    };
  }

  /** Runs the expression in the browser's own window, where its tabs and preferences are. */
  async inside(expression) {
    const { result, exceptionDetails } = await this.send('script.evaluate', { expression, target: { context: this.#chrome }, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** Holds for documents that are opened from now on, as long as `work` takes. */
  async withPreference(name, value, work) {
    await this.inside(`Services.prefs.setBoolPref('${name}', ${value})`);
    try {
      await work();
    } finally {
      await this.inside(`Services.prefs.clearUserPref('${name}')`);
    }
  }

  async close() {
    this.#socket?.close();
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await Promise.race([ended, eventually('Firefox ends', () => this.process.exitCode !== null, { timeout: 8000 }).catch(() => this.process.kill('SIGKILL'))]);
      await ended;
    }
    await this.#display?.close();
    if (this.profile) rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One tab, as its customer uses it. */
class Tab {
  constructor(firefox, context) {
    this.firefox = firefox;
    this.context = context;
  }

  send(method, params) {
    return this.firefox.send(method, { context: this.context, ...params });
  }

  goto(url) {
    return this.send('browsingContext.navigate', { url, wait: 'complete' });
  }

  /** One page back in the tab's history. */
  back() {
    return this.send('browsingContext.traverseHistory', { delta: -1 });
  }

  /** Brings it to the front; the tab that was there is hidden. */
  front() {
    return this.send('browsingContext.activate', {});
  }

  close() {
    return this.send('browsingContext.close', {});
  }

  resize(width, height) {
    return this.send('browsingContext.setViewport', { viewport: { width, height } });
  }

  /** Says to be another browser, from the next document on. */
  calledAs(userAgent) {
    return this.firefox.send('emulation.setUserAgentOverride', { userAgent, contexts: [this.context] });
  }

  /** Runs before the scripts of every document that is opened from now on. */
  before(work, ...values) {
    const given = values.map((value) => JSON.stringify(value)).join(',');
    return this.firefox.send('script.addPreloadScript', {
      functionDeclaration: `() => (${work})(${given})`, contexts: [this.context],
    });
  }

  /** The browser throws the hidden tab's document away, as it does where memory is short. */
  async discard() {
    const address = await this.ask(() => location.href);
    return this.firefox.inside(`(async () => {
      const tab = [...gBrowser.tabs].find((one) => one.linkedBrowser.currentURI.spec === ${JSON.stringify(address)});
      await gBrowser.prepareDiscardBrowser(tab);
      return gBrowser.discardBrowser(tab, true);
    })()`);
  }

  /** The discarded tab is chosen by its customer, and loads again. */
  choose() {
    return this.firefox.inside(`(() => { gBrowser.selectedTab = [...gBrowser.tabs].find((one) => one.hasAttribute('pending')); })()`);
  }

  /** What the function gives (text, number or boolean), called in the page with texts. */
  async ask(work, ...texts) {
    const { result, exceptionDetails } = await this.firefox.send('script.callFunction', {
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

  async says(text) {
    try {
      await eventually('', async () => (await this.words()).includes(text));
    } catch {
      throw new Error(`Firefox does not say “${text}”; it says: ${(await this.words()).replace(/\s+/g, ' ')}`);
    }
  }

  /** Real keys, one after another. */
  type(text) {
    const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    return this.send('input.performActions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
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

  /** As somebody without a mouse presses a button or follows a link. */
  async press(name) {
    await this.tabTo(name);
    await this.type(keys.Enter);
  }

  /** A picture of the page, as PNG. */
  async picture() {
    const { data } = await this.send('browsingContext.captureScreenshot', { origin: 'document' });
    return Buffer.from(data, 'base64');
  }
}
