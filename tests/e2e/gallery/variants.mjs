// What the page is looked at on. Sizes are css px; the user agents are those of the journeys.
//
// Every screen is drawn on a phone, a large one, a tablet and a desktop, but for what a device cannot show:
// on a desktop no app is offered until its customer says “On your phone? Show apps”, so an app that does not open
// there is app_did_not_open_switched. Waiting for an app is drawn there as well: begun on the phone, the order was
// then opened on the desktop. The other devices have the screens that look different on them.
import { devices } from '../support/browser.mjs';

const screen = (width, height, deviceScaleFactor) =>
  ({ viewport: { width, height }, screen: { width, height }, deviceScaleFactor });

export const kDevices = {
  phone: { ...devices.android, ...screen(360, 740, 3) },
  large: { ...devices.android, ...screen(412, 915, 2.625) },
  tablet: { ...devices.androidTablet, ...screen(800, 1280, 2) },
  desktop: { ...devices.desktop, ...screen(1280, 800, 1) },
  iphone: { ...devices.iphone, ...screen(390, 844, 3) },
  ipad: { ...devices.ipadAsMac, ...screen(820, 1180, 2) },
  // A phone that asks for the pages of a desktop, which it then lays out as wide as one.
  desktop_site: {
    ...screen(980, 1960, 1.5), isMobile: true, hasTouch: true,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    before: () => Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 }),
  },
  in_app_android: { ...devices.androidInApp, ...screen(360, 740, 3) },
  in_app_iphone: { ...devices.iphoneInApp, ...screen(390, 844, 3) },
  feature_phone: {
    ...screen(240, 320, 1),
    userAgent: 'Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5',
  },
};
export const kThemes = ['light', 'dark'];
export const kLanguages = ['en', 'hi'];

/** Every picture there is: {state, device, theme, language, name}. */
export function allPictures(states) {
  const pictures = [];
  for (const state of Object.values(states)) {
    for (const device of state.on) {
      for (const theme of kThemes) {
        for (const language of kLanguages) {
          pictures.push({ state, device, theme, language, name: [state.name, device, theme, language].join('-') });
        }
      }
    }
  }
  return pictures;
}
