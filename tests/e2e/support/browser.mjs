// Debian's Chromium, and the devices that customers hold.
import { chromium } from 'playwright-core';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
// Chromium then works this much slower: finds what only passes on a quick machine.
const kSlower = Number(process.env.E2E_SLOWER ?? 1);
const kIndia = { locale: 'en-IN', timezoneId: 'Asia/Kolkata' };

export const devices = {
  desktop: {
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/140.0.0.0 Safari/537.36',
    viewport: { width: 1280, height: 800 },
  },
  android: {
    userAgent: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/140.0.0.0 Mobile Safari/537.36',
    viewport: { width: 412, height: 760 },
    screen: { width: 412, height: 915 },
    isMobile: true,
    hasTouch: true,
  },
  iphone: {
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 ' +
      '(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    viewport: { width: 390, height: 664 },
    screen: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  },
  androidTablet: {
    userAgent: 'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/140.0.0.0 Safari/537.36',
    viewport: { width: 800, height: 1200 },
    screen: { width: 800, height: 1280 },
    hasTouch: true,  // and not `mobile`, as Chrome on a tablet says
  },
  // An iPad says that it is a Mac; its screen can be touched in five places.
  ipadAsMac: {
    userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like ' +
      'Gecko) Version/18.5 Safari/605.1.15',
    viewport: { width: 820, height: 1080 },
    screen: { width: 820, height: 1180 },
    hasTouch: true,
    before: () => {
      Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 });
      Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' });
      Object.defineProperty(navigator, 'userAgentData', { get: () => undefined });
    },
  },
};

const kAndroidInApp = {
  ...devices.android,
  userAgent: 'Mozilla/5.0 (Linux; Android 14; SM-A556E Build/UP1A.231005.007; wv) AppleWebKit/537.36 ' +
    '(KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 Instagram 390.0.0.41.80 Android',
};
const kIphoneInApp = {
  ...devices.iphone,
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 ' +
    '(KHTML, like Gecko) Mobile/15E148 Instagram 390.0.0.41.80 (iPhone14,5; iOS 18_5; en_IN)',
};
Object.assign(devices, { androidInApp: kAndroidInApp, iphoneInApp: kIphoneInApp });

export function launch({ args = [], ...more } = {}) {
  return chromium.launch({
    executablePath: kChromium,
    args: ['--enable-unsafe-swiftshader', '--no-sandbox', ...args],
    ...more,
  });
}

async function slowDown(page) {
  const session = await page.context().newCDPSession(page).catch(() => null);
  // A page that is closed at once needs no slowness.
  await session?.send('Emulation.setCPUThrottlingRate', { rate: kSlower }).catch(() => {});
}

/** A browser of one customer: no cookie is shared with another. */
export async function openContext(browser, deviceName, options = {}) {
  const { before, ...device } = devices[deviceName];
  const context = await browser.newContext({ ...kIndia, ...device, ...options });
  if (before) await context.addInitScript(before);
  if (kSlower > 1) context.on('page', slowDown);
  return context;
}
