// Draws the charts of the page out of its own data, with uPlot.

const charts = JSON.parse(document.getElementById('charts').textContent);
const height = 230;
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3], [12, 4]];

// A custom property may be any expression: only an element knows the colour that it comes to.
const probe = document.createElement('span');
probe.className = 'hidden';
document.body.append(probe);
const colour = (name) => {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
};
const lookColour = (look) => colour(`look-${((look - 1) % 6) + 1}`);
const faded = (text, share) => `color-mix(in srgb, ${text} ${share * 100}%, transparent)`;

const digits = (value) => {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 10_000) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return String(Number(value.toPrecision(size >= 1000 ? 4 : 3)));
};
const shortNumber = (value) => {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(6)));
};
const clock = (seconds) => {
  if (seconds < 60) return `${Number(seconds.toFixed(1))}s`;
  const whole = Math.round(seconds);
  const rest = whole % 60;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m ${rest}s`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
};
const time = (value, unit) => {
  if (unit === 's') return clock(value);
  return unit === 'ms' && value >= 10_000 ? `${digits(value / 1000)} s` : `${digits(value)} ${unit}`;
};

// Ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten, fewer where they would touch.
const logTicks = (low, high) => {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of [1, 2, 5]) ticks.push(Number((step * 10 ** power).toPrecision(3)));
  }
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return inside.length <= 7 ? inside : inside.filter((tick) => String(tick).replaceAll(/[0.]/g, '') === '1');
};

const seriesOf = (data) =>
  data.series.map(({ label, look, axis }) => {
    const line = lookColour(look);
    const isArea = data.kind === 'steps' && axis === 'value';
    return {
      label,
      scale: axis,
      stroke: line,
      width: isArea ? 1 : 2,
      spanGaps: false,
      ...(isArea ? { fill: faded(line, 0.3), paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      ...(isArea || data.kind === 'steps' ? {} : { dash: dashes[(look - 1) % dashes.length] }),
      points: { show: data.kind === 'line' && data.x.length < 60, size: 5, fill: line },
    };
  });

const axesOf = (data) => {
  const grid = { stroke: colour('grid'), width: 1 };
  const ticks = { stroke: colour('grid'), width: 1, size: 4 };
  const base = { stroke: colour('muted'), font: '11px system-ui, sans-serif', ticks, grid };
  const hasShare = data.series.some(({ axis }) => axis === 'share');
  const short = (value) => (data.xUnit === 's' ? clock(value) : shortNumber(value));
  return [
    {
      ...base,
      grid: { ...grid, show: false },
      values: (_, values) => values.map((value) => (value === null ? '' : short(value))),
      ...(data.isLog
        ? { splits: (_, __, low, high) => logTicks(low, high), filter: (_, values) => values }
        : {}),
      ...(data.xUnit === 's'
        ? { incrs: [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400] }
        : {}),
      space: 56,
      size: 28,
    },
    { ...base, scale: 'value', size: 46, values: (_, values) => values.map(shortNumber) },
    ...(hasShare
      ? [
          {
            ...base,
            scale: 'share',
            side: 1,
            size: 42,
            grid: { show: false },
            splits: () => [0, 25, 50, 75, 100],
            values: (_, values) => values.map((value) => `${value}%`),
          },
        ]
      : []),
  ];
};

// Readable on a line too.
const outlined = (ctx, place, ratio) => {
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * ratio;
  ctx.strokeStyle = colour('panel');
  ctx.strokeText(...place);
  ctx.fillText(...place);
  ctx.restore();
};

// Upright lines with their names, at the percentiles; a name that would stand on another one is left to the next line.
const drawMarks = (plot, marks) => {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = colour('muted');
  ctx.fillStyle = colour('text');
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  let row = 0;
  let end = -Infinity;
  for (const { at, label } of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    row = x < end ? row + 1 : 0;
    const width = ctx.measureText(label).width + 6 * ratio;
    const isRight = x + width > bbox.left + bbox.width;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.textAlign = isRight ? 'right' : 'left';
    const place = [label, x + (isRight ? -4 : 4) * ratio, bbox.top + (11 + 13 * row) * ratio];
    outlined(ctx, place, ratio);
    end = Math.max(end, x + width);
  }
  ctx.restore();
};

const tipText = (data, index, shown) => {
  const unit = data.xUnit;
  const place =
    data.kind === 'steps' && index < data.x.length - 1
      ? `${time(data.x[index], unit)} to ${time(data.x[index + 1], unit)}`
      : time(data.x[index], unit);
  const lines = data.series.flatMap(({ label, unit: own, values, axis }, number) => {
    // The share at an edge is that of all before it: of this step it is the next edge's.
    const value = axis === 'share' ? (values[index + 1] ?? values[index]) : values[index];
    const hasValue = shown(number) && value !== null && value !== undefined;
    return hasValue ? [`${label}: ${digits(value)} ${own}`] : [];
  });
  return [place, ...lines].join('\n');
};

const tooltip = (data) => {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  return {
    hooks: {
      init: [(plot) => plot.over.append(tip)],
      setCursor: [
        (plot) => {
          const { left = -1, idx } = plot.cursor;
          const isOver = left >= 0 && idx !== null && idx !== undefined;
          tip.hidden = !isOver;
          if (!isOver) return;
          tip.textContent = tipText(data, idx, (number) => plot.series[number + 1].show);
          const room = plot.over.clientWidth - tip.offsetWidth;
          tip.style.left = `${Math.max(0, Math.min(room, left + 12 > room ? left - tip.offsetWidth - 12 : left + 12))}px`;
        },
      ],
    },
  };
};

const draw = (figure, data, hidden) => {
  const place = figure.querySelector('.plot');
  place.replaceChildren();
  const options = {
    width: place.clientWidth,
    height,
    padding: [10, data.series.some(({ axis }) => axis === 'share') ? 0 : 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, distr: data.isLog ? 3 : 1, range: [data.x[0], data.x.at(-1)] },
      value: { range: (_, __, high) => [0, high > 0 ? high * 1.08 : 1] },
      share: { range: [0, 100] },
    },
    series: [{}, ...seriesOf(data).map((series, index) => ({ ...series, show: !hidden.has(index) }))],
    axes: axesOf(data),
    plugins: [tooltip(data), { hooks: { draw: [(plot) => drawMarks(plot, data.marks)] } }],
  };
  return new uPlot(options, [data.x, ...data.series.map(({ values }) => values)], place);
};

const start = (figure) => {
  const data = charts[figure.dataset.chart];
  const hidden = new Set();
  let plot = draw(figure, data, hidden);
  for (const button of figure.querySelectorAll('[data-series]')) {
    button.addEventListener('click', () => {
      const index = Number(button.dataset.series);
      if (!hidden.delete(index)) hidden.add(index);
      button.setAttribute('aria-pressed', String(!hidden.has(index)));
      plot.setSeries(index + 1, { show: !hidden.has(index) });
    });
  }
  const again = () => {
    plot.destroy();
    plot = draw(figure, data, hidden);
  };
  document.addEventListener('theme', again);
  new ResizeObserver(() => {
    const width = figure.querySelector('.plot').clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height });
  }).observe(figure.querySelector('.plot'));
  // Paper is as wide as it is, and light.
  const root = document.documentElement;
  let before;
  addEventListener('beforeprint', () => {
    before = root.dataset.theme;
    root.dataset.theme = 'light';
    again();
  });
  addEventListener('afterprint', () => {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    again();
  });
};

for (const figure of document.querySelectorAll('figure[data-chart]')) start(figure);
