// Before the first paint: the theme and the language that were chosen last, so that a dark room stays dark.
(function () {
  var stored = {};
  try {
    stored = JSON.parse(localStorage.getItem('farscope.preferences') || '{}').state || {};
  } catch (error) {
    console.warn('The stored preferences could not be read; the defaults are used.', error);
  }
  var dark =
    stored.theme === 'dark' ||
    (stored.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  if (stored.language === 'en' || (!stored.language && !/^zh/i.test(navigator.language))) {
    document.documentElement.lang = 'en';
  }
})();
