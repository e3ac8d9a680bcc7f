// Before anything is shown: the theme that was chosen last time, if any. Without a choice the system's is taken.

const root = document.documentElement;
root.classList.remove('no-script');
const key = 'tokenstorm-theme';
const stored = () => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const keep = (theme) => {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Where nothing can be kept, the choice holds for this page.
  }
};
const system = matchMedia('(prefers-color-scheme: dark)');
const current = () => root.dataset.theme ?? (system.matches ? 'dark' : 'light');
const chosen = stored();
if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen;
document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('theme');
  const show = () => {
    const isDark = current() === 'dark';
    button.textContent = isDark ? 'Light theme' : 'Dark theme';
    document.dispatchEvent(new Event('theme'));
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = current() === 'dark' ? 'light' : 'dark';
    keep(root.dataset.theme);
    show();
  });
  system.addEventListener('change', show);
  show();
});
