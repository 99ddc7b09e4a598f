"""test/check/api.py - find the functions that the public headers declare."""
import re

COMMENT = re.compile(r'/\*.*?\*/', re.S)
DECLARATION = re.compile(r'^IMAP4_API\b([^;{]*);', re.M | re.S)
NAME = re.compile(r'\b(imap4_\w+)\s*\(')


class Function:
    """`comment` is the /** */ before it; a run of declarations shares one."""

    def __init__(self, path, line, name, result, params, comment, is_alone):
        self.path, self.line, self.name = path, line, name
        self.result, self.params = result, params
        self.comment, self.is_alone = comment, is_alone


def split_params(text):
    """[('a', False), ('b', True)] of "int a, char *b": names, and which are pointers."""
    depth, parts = 0, ['']
    for c in text:
        depth += (c == '(') - (c == ')')  # a function pointer has commas of its own
        if c == ',' and depth == 0:
            parts.append('')
        else:
            parts[-1] += c
    params = []
    for part in parts:
        m = re.search(r'\(\s*\*\s*(\w+)', part) or re.search(r'(\w+)\s*(?:\[[^]]*\]\s*)*$', part)
        if m and part.strip() != 'void':
            params.append((m[1], '*' in part))
    return params


def functions(path):
    """The functions of one header, in order."""
    text = path.read_text(encoding='utf-8')
    # Comments are blanked, so that their words are not taken for declarations.
    code = COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), text)
    comments = {m.end(): m[0] for m in COMMENT.finditer(text)}
    found, comment, end = [], None, None
    for m in DECLARATION.finditer(code):
        name = NAME.search(m[1])
        if name is None:
            continue  # a variable
        before = text[:m.start()].rstrip()
        is_next = end is not None and text[end:m.start()].strip() == '' \
            and '\n\n' not in text[end:m.start()]
        if is_next:
            found[-1].is_alone = False
        else:
            comment = comments.get(len(before))
        end = m.end()
        declared = ' '.join(m[1].split())
        result = declared[:declared.index(name[1])].replace('IMAP4_MUST_USE', '').strip()
        params = split_params(declared[declared.index('(') + 1:declared.rindex(')')])
        found.append(Function(path, text.count('\n', 0, m.start()) + 1, name[1], result,
                              params, comment, not is_next))
    return found


def headers(root):
    return sorted((root / 'include').rglob('*.h'))
