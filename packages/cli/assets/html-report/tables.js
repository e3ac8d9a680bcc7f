// Buttons in the heads of tables that sort them, and tables that do not fit reachable by keyboard.

const said = document.getElementById('said');

const valueOf = (row, column) => {
  const cell = row.cells[column];
  if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
  // A number that is not known may be told by a word.
  return cell.classList.contains('number') ? '' : cell.textContent.trim();
};
const isMissing = (value) => value === '–' || value === '';

// What is missing stands at the end, however the table is sorted.
const compared = (one, other) => {
  if (isMissing(one) || isMissing(other)) return 0;
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : String(one).localeCompare(String(other), 'en', { numeric: true });
};

const sort = (table, column, isDescending) => {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
  const known = rows.filter(({ value }) => !isMissing(value));
  known.sort((one, other) => compared(one.value, other.value) * (isDescending ? -1 : 1));
  body.append(...[...known, ...rows.filter(({ value }) => isMissing(value))].map(({ row }) => row));
};

const sortable = (table) => {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.dataset.picture !== undefined) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const before = head.getAttribute('aria-sort');
      const isDescending = before === null ? head.classList.contains('number') : before === 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      sort(table, column, isDescending);
      said.textContent = `Sorted by ${button.textContent}, ${isDescending ? 'descending' : 'ascending'}.`;
    });
  });
};

// Only what really scrolls is a stop of the tab key.
const reachable = () => {
  for (const box of document.querySelectorAll('.scroll')) {
    const isWide = box.scrollWidth > box.clientWidth + 1;
    if (isWide) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', `${box.querySelector('caption').textContent}, scrolls sideways`);
    } else {
      box.removeAttribute('tabindex');
      box.removeAttribute('role');
      box.removeAttribute('aria-label');
    }
  }
};

for (const table of document.querySelectorAll('table[data-sortable]')) sortable(table);
for (const details of document.querySelectorAll('details')) details.addEventListener('toggle', reachable);
addEventListener('resize', reachable);
reachable();
