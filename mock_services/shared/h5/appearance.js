import { city } from '/sdk/v1/onecity.js';

/** Keeps the page in the app's language, theme and size of type; `redraw` is called when words must change. */
export function followAppearance(context, redraw) {
  const page = document.documentElement;
  const speak = (locale) => {
    page.lang = locale;
  };
  speak(context.locale);
  page.dataset.theme = context.theme;
  page.dataset.elder = String(context.elder);
  city.on('theme', ({ mode }) => {
    page.dataset.theme = mode;
  });
  city.on('elder', ({ on }) => {
    page.dataset.elder = String(on);
  });
  city.on('locale', ({ locale }) => {
    speak(locale);
    redraw();
  });
}
