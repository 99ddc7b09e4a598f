# SPDX-License-Identifier: MIT
"""plot.py - a dot plot as SVG: a line for each work, a mark for each client, log scale.

Colours follow the reader's light or dark mode; marks differ in shape too, so that nobody has
to tell colours apart.
"""
import math
from html import escape

WIDTH, LEFT, RIGHT, ROW, TOP = 860, 214, 30, 34, 86
# light, dark; the first is ours
COLOURS = [('#0b6e4f', '#3ddc97'), ('#8a5a00', '#f0b429'), ('#b3541e', '#ff9b5e'),
           ('#7a3e9d', '#c792ea'), ('#1f6fb2', '#6cb6ff'), ('#6b7280', '#a3acb9')]
SHAPES = ['<circle r="6.5"/>',
          '<path d="M-6 5 0 -6 6 5Z"/>',
          '<path d="M-6 -5 0 6 6 -5Z"/>',
          '<path d="M-5 -5H5V5H-5Z"/>',
          '<path d="M0 -7 6 0 0 7 -6 0Z"/>',
          '<path d="M-5 -5 5 5M5 -5 -5 5" class="line"/>']


def style():
    def rules(side):
        yield ('text{fill:%s}.grid{stroke:%s}.rule{stroke:%s}.halo{stroke:%s}'
               % (('#24292f', '#d8dee4', '#8c959f', '#ffffff'),
                  ('#e6edf3', '#30363d', '#8b949e', '#0d1117'))[side])
        for i, pair in enumerate(COLOURS):
            yield f'.c{i}{{fill:{pair[side]};stroke:{pair[side]}}}'
    return ('<style>text{font:13px system-ui,sans-serif}.title{font-weight:600;font-size:14px}'
            '.small{font-size:11px}.ours{font-weight:600}.end{text-anchor:end}'
            '.mid{text-anchor:middle}.line{fill:none;stroke-width:2.5}'
            + ''.join(rules(0)) + '@media (prefers-color-scheme:dark){'
            + ''.join(rules(1)) + '}</style>')


def mark(index, x, y, hint):
    return (f'<g class="c{index}" transform="translate({x:.1f} {y})">'
            f'<title>{escape(hint)}</title>{SHAPES[index]}</g>')


def legend(names):
    x = 12
    for i, name in enumerate(names):
        yield mark(i, x + 6, 46, name)
        weight = ' class="ours"' if i == 0 else ''
        yield f'<text x="{x + 18}" y="50"{weight}>{escape(name)}</text>'
        x += 34 + 7.1 * len(name)


def dots(title, rows, names):
    """`rows`: {work: {client: value}}; `names`: the clients, ours first."""
    top = max((v for row in rows.values() for v in row.values()), default=1)
    decades = max(1, math.ceil(math.log10(top)))
    height = TOP + ROW * len(rows) + 34
    bottom = TOP + ROW * len(rows) - 12

    def place(value):
        share = math.log10(max(value, 1)) / decades
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
           f'width="{WIDTH}" height="{height}" role="img">',
           f'<title>{escape(title)}</title>', style(),
           f'<text x="12" y="22" class="title">{escape(title)}</text>', *legend(names)]
    for d in range(decades + 1):
        x = place(10 ** d)
        out.append(f'<path class="{"grid" if d else "rule"}" d="M{x:.1f} {TOP - 18}V{bottom}"/>')
        out.append(f'<text class="small mid" x="{x:.1f}" y="{bottom + 18}">{10 ** d:,} &#215;'
                   '</text>')
    for i, (work, row) in enumerate(rows.items()):
        y = TOP + ROW * i
        out.append(f'<text class="end" x="{LEFT - 14}" y="{y + 4}">{escape(work)}</text>')
        out.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        # Ours last, on top of what is near it.
        for name in reversed(names):
            if name in row:
                hint = f'{name}: {row[name]:.1f} times'
                out.append(mark(names.index(name), place(row[name]), y, hint))
        if names[0] in row:
            out.append(f'<text class="small ours mid" x="{place(row[names[0]]):.1f}" '
                       f'y="{y - 10}">{row[names[0]]:.1f}</text>')
    return '\n'.join([*out, '</svg>', ''])
