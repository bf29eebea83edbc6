-- What pandoc does to a file of this repository to make it a page of the book: figures with captions and the vector
-- graphics where there are some, equations that wrap, boxes for what is wide, links to the other pages. Links to
-- sources lead to their listings; what the book does not hold is no link. The files that a page needs go to needed.txt.
--
-- Metadata: source (the file, from the root of the repository), chapters (their numbers, in order), needed (where to list),
-- single (there is one page for all chapters: places are known by their page, and links stay within).

local source, chapters, needed, single

-- Files ------------------------------------------------------------------------------------------------------------

local function read(path)
  local file = io.open(path, 'r')
  local text = file and file:read('a')
  if file then file:close() end
  return text -- nil for a folder, and for what isn't there
end

-- `../Chapter2/README.md`, seen from this page's source, as a path from the root of the repository.
local function fromRoot(target)
  local parts = {}
  for part in ((source:match('^.*/') or '') .. target):gmatch('[^/]+') do
    if part == '..' then table.remove(parts) elseif part ~= '.' then table.insert(parts, part) end
  end
  return table.concat(parts, '/')
end

local function chapterFile(number) return 'Chapters/Chapter' .. number .. '/README.md' end

-- The name that a file's page has in the book.
local function page(path)
  if path == 'README.md' then return 'index.html' end
  local number = path:match('^Chapters/Chapter(%d+)/README%.md$')
  if number then return 'chapter' .. number .. '.html' end
  number = path:match('^Chapters/Chapter(%d+)/SOLUTIONS%.md$')
  if number then return 'solutions' .. number .. '.html' end
  return path:gsub('/', '-') .. '.html'
end

-- On the one page of all chapters a place is known by its page and its name there.
local function partOfSingle(path)
  local name = path:match('^Book/(%a+)%.md$')
  return path:match('^Chapters/Chapter%d+/README%.md$') or name and (' workshop notation glossary references '):find(' ' .. name .. ' ')
end
local function prefix(path) return single and page(path):gsub('%.html$', ''):gsub('%.md$', '') .. '-' or '' end

local function need(kind, path)
  local list = assert(io.open(needed, 'a'))
  list:write(kind, ' ', path, ' ', kind == 'page' and page(path) or path, '\n')
  list:close()
end

local function parsed(path)
  return pandoc.read(assert(read(path), path .. ' is missing'), 'gfm+tex_math_dollars')
end

-- Words and symbols -------------------------------------------------------------------------------------------------

-- What the symbols of Book/notation.md mean, by their TeX; and the glossary's terms, each as its words and its meaning.
meanings = {}
local terms = {}

local function readWords()
  for symbols, meaning in (read('Book/notation.md') or ''):gmatch('\n| (%$[^|]*%$) | [^|]* | ([^|\n]*) |') do
    for symbol in symbols:gmatch('%$([^$]*)%$') do meanings[symbol] = meaning end
  end
  local text = (read('Book/glossary.md') or ''):gsub('\n  ', ' ')
  for names, others, meaning in text:gmatch('\n%- %*%*([^*]*)%*%*([^:\n]*): ([^\n]*)') do
    for name in (names .. ',' .. (others:match('%((.*)%)') or '')):gmatch('%s*([^,]+)') do
      local words = {}
      for word in name:lower():gmatch('%S+') do table.insert(words, word) end
      -- (Precision is a word of computers too.)
      if name ~= 'precision' then table.insert(terms, { words = words, name = names, meaning = meaning:gsub('%s*Chapter %d+%.%s*$', '') }) end
    end
  end
  table.sort(terms, function(a, b) return #a.words > #b.words end)
end

-- How many inlines from one on are a term: its words with spaces between, the last with an s or a mark after it perhaps.
local function length(term, inlines, start)
  for index, word in ipairs(term.words) do
    local place = start + 2 * (index - 1)
    local inline, before = inlines[place], inlines[place - 1]
    if not inline or inline.t ~= 'Str' then return nil end
    if index > 1 and before.t ~= 'Space' and before.t ~= 'SoftBreak' then return nil end
    local text = inline.text:lower()
    if index == #term.words then text = text:gsub('[%p]+$', '') end
    if text ~= word and not (index == #term.words and text == word .. 's') then return nil end
  end
  return 2 * #term.words - 1
end

-- A paragraph whose terms show their meaning, each where it comes first in its section.
local function explained(inlines, seen)
  local result, index = pandoc.List(), 1
  while index <= #inlines do
    local found
    for _, term in ipairs(terms) do
      local count = not seen[term.name] and length(term, inlines, index)
      if count then found = { term = term, count = count } break end
    end
    if found then
      seen[found.term.name] = true
      local title = found.term.meaning:gsub('&', '&amp;'):gsub('"', '&quot;'):gsub('<', '&lt;')
      result:insert(pandoc.RawInline('html', '<abbr title="' .. title .. '">'))
      for place = index, index + found.count - 1 do result:insert(inlines[place]) end
      result:insert(pandoc.RawInline('html', '</abbr>'))
      index = index + found.count
    else
      result:insert(inlines[index])
      index = index + 1
    end
  end
  return result
end

-- Inlines -----------------------------------------------------------------------------------------------------------

function Image(image)
  local path = fromRoot(image.src)
  local vector = path:gsub('%.png$', '.svg')
  if read(vector) then path = vector end
  need('figure', path)
  image.src = path
  return image
end

-- The README's thumbnails are written as HTML.
function RawInline(raw)
  local attributes = raw.format == 'html' and raw.text:match('^<img%s(.*)>$')
  if not attributes then return nil end
  local function value(name) return attributes:match(name .. '="([^"]*)"') end
  return Image(pandoc.Image({ pandoc.Str(value('alt')) }, value('src'), '', { width = value('width') }))
end

function Link(link)
  if link.target:match('^%a[%w+.-]*:') then return nil end
  if link.target:match('^#') then
    if single then link.target = '#' .. prefix(source) .. link.target:sub(2) end
    return link
  end
  local target, fragment = link.target:match('^([^#]*)(.*)$')
  local path = fromRoot(target)
  if not read(path) then return link.content end
  if path:match('^figures/') then
    need('figure', path)
    link.target = path .. fragment
    return link
  end
  if single and partOfSingle(path) then
    link.target = '#' .. prefix(path) .. (fragment == '' and 'top' or fragment:sub(2))
    return link
  end
  if not (path == 'README.md' or path:match('^Chapters/Chapter%d+/README%.md$')) then need('page', path) end
  link.target = page(path) .. fragment
  return link
end

-- Formulas ----------------------------------------------------------------------------------------------------------

-- The tokens of a formula, each with how deep in brackets it is; \left and \right go with their delimiters.
local function tokens(tex)
  local list, depth, position = {}, 0, 1
  while position <= #tex do
    local token = tex:match('^\\%a+', position) or tex:match('^\\.', position)
      or tex:match(utf8.charpattern, position)
    position = position + #token
    if token == '\\left' or token == '\\right' then
      local delimiter = tex:match('^%s*\\%a+', position) or tex:match('^%s*\\?.', position)
      position = position + #delimiter
      token = token .. delimiter
    end
    if token:match('^[})%]]$') or token:match('^\\right[^%a]') then depth = depth - 1 end
    table.insert(list, { text = token, depth = depth })
    if token:match('^[{(%[]$') or token:match('^\\left[^%a]') then depth = depth + 1 end
  end
  return list
end

local asTeX = { ['\\lVert'] = '\\mathopen{‖}', ['\\rVert'] = '\\mathclose{‖}', ['\\Vert'] = '\\mathrel{‖}' }

-- What a minus is a sign after, and not an operation.
local function opens(text)
  return text:match('^[=({%[,]$') or text:match('^\\left[^%a]') or text == '\\approx' or text == '\\le'
end

-- The formula for a browser to set as TeX would: brackets as large as text unless \left says otherwise, norms close to
-- what they hold, no space around a minus that is a sign, nor around plus and minus in a subscript.
local function set(list)
  local tex, scriptDepth, last = '', nil, '='
  for _, token in ipairs(list) do
    local text = token.text
    if scriptDepth and token.depth <= scriptDepth then scriptDepth = nil end
    if text == '{' and (last == '_' or last == '^') then scriptDepth = scriptDepth or token.depth end
    if text:match('^[()%[%]]$') then
      text = '{' .. text .. '}'
    elseif text == '-' and (scriptDepth or opens(last)) then
      text = '\\text{−}'
    elseif text == '+' and scriptDepth then
      text = '\\text{+}'
    end
    tex = tex .. (asTeX[text] or text)
    if not text:match('^%s$') then last = token.text end
  end
  return tex
end

-- A display equation as formulas, which a \qquad parts.
local function formulas(tex)
  local list = { {} }
  for _, token in ipairs(tokens(tex)) do
    if token.depth == 0 and token.text == '\\qquad' then
      table.insert(list, {})
    else
      table.insert(list[#list], token)
    end
  end
  return list
end

-- A formula in pieces between which it may break: a long one before the second = of a chain, and before each +.
local function pieces(formula)
  local length, hasEquals, list = 0, false, { {} }
  for _, token in ipairs(formula) do length = length + #token.text end
  for _, token in ipairs(formula) do
    local mayBreak = token.depth == 0 and length > 80 and (token.text == '+' or token.text == '=' and hasEquals)
    if mayBreak then table.insert(list, { { text = '{}', depth = 0 } }) end -- so that it remains between two things
    hasEquals = hasEquals or token.depth == 0 and token.text == '='
    table.insert(list[#list], token)
  end
  return list
end

function Math(math)
  if math.mathtype ~= 'DisplayMath' then
    local inline = pandoc.Math('InlineMath', set(tokens(math.text)))
    local meaning = meanings[math.text]
    return meaning and pandoc.Span({ inline }, pandoc.Attr('', {}, { title = meaning })) or inline
  end
  local spans = {}
  for _, formula in ipairs(formulas(math.text)) do
    local parts, text = {}, ''
    for _, token in ipairs(formula) do text = text .. token.text end
    local number = text:match('^%s*\\text{(%(.*%))}%s*$')
    if number then
      table.insert(spans, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr('', { 'number' })))
      formula = {}
    end
    for _, piece in ipairs(pieces(formula)) do
      table.insert(parts, pandoc.Span({ pandoc.Math('DisplayMath', set(piece)) }))
    end
    if not number then table.insert(spans, pandoc.Span(parts)) end
  end
  return pandoc.Span(spans, pandoc.Attr('', { 'equation' }))
end

-- A note stands beside its paragraph.
local notes = 0
function Note(note)
  notes = notes + 1
  local number = pandoc.Superscript({ pandoc.Str(tostring(notes)) })
  local text = pandoc.utils.blocks_to_inlines(note.content)
  return { number, pandoc.Span({ number, pandoc.Space(), table.unpack(text) }, pandoc.Attr('', { 'side' })) }
end

-- Blocks ------------------------------------------------------------------------------------------------------------

local function only(block, tag)
  local inlines = block and (block.t == 'Para' or block.t == 'Plain') and block.content or {}
  return #inlines == 1 and inlines[1].t == tag and inlines[1] or nil
end

local function html(text) return pandoc.RawBlock('html', text) end

-- The name of the place that a paragraph of HTML, `<a id="…"></a>`, marks.
local function anchor(block)
  if block.t ~= 'Para' or #block.content ~= 2 or block.content[1].t ~= 'RawInline' then return nil end
  return block.content[1].text:match('^<a id="([%w_-]+)">$')
end

-- A picture by itself is a figure, and a paragraph in italics after it is its caption. A mark names what follows it.
function Blocks(blocks)
  local result = pandoc.List()
  local index, name = 1, nil
  while index <= #blocks do
    local block = blocks[index]
    local image = only(block, 'Image')
    local marked = anchor(block)
    if marked then
      name = prefix(source) .. marked
    elseif name and not image then
      result:insert(pandoc.Div({ block }, pandoc.Attr(name)))
      name = nil
    elseif image then
      local caption = only(blocks[index + 1], 'Emph')
      if caption then
        index = index + 1
        image.caption = { pandoc.Str(pandoc.utils.stringify(caption)) }
      end
      result:insert(html(name and '<figure id="' .. name .. '">' or '<figure>'))
      name = nil
      result:insert(pandoc.Plain({ pandoc.Link({ image }, image.src) }))
      if caption then
        result:insert(html('<figcaption>'))
        result:insert(pandoc.Plain(caption.content))
        result:insert(html('</figcaption>'))
      end
      result:insert(html('</figure>'))
    elseif block.t == 'Table' then
      local hasPictures = false
      pandoc.walk_block(pandoc.Div({ block }), { Image = function() hasPictures = true end })
      result:insert(pandoc.Div({ block }, pandoc.Attr('', { 'table', hasPictures and 'pictures' or nil })))
    elseif not (block.t == 'RawBlock' and block.text:match('^<!%-%-')) then
      result:insert(block)
    end
    index = index + 1
  end
  return result
end

-- The whole page ----------------------------------------------------------------------------------------------------

-- Each chapter with its sections, for the book's table of contents.
local function contents()
  local items = {}
  for _, number in ipairs(chapters) do
    local path = chapterFile(number)
    local title, sections = nil, {}
    for _, block in ipairs(parsed(path).blocks) do
      if block.t == 'Header' and block.level == 1 then
        title = pandoc.Link(block.content, page(path))
      elseif block.t == 'Header' and block.level == 2 then
        table.insert(sections, { pandoc.Plain({ pandoc.Link(block.content, page(path) .. '#' .. block.identifier) }) })
      end
    end
    table.insert(items, { pandoc.Plain({ title }), pandoc.BulletList(sections) })
  end
  return pandoc.Div({
    pandoc.Header(2, { pandoc.Str('Contents') }, pandoc.Attr('contents')),
    pandoc.BulletList(items),
  }, pandoc.Attr('', { 'contents' }))
end

local function title(path)
  for _, block in ipairs(parsed(path).blocks) do
    if block.t == 'Header' then return block.content end
  end
  return { pandoc.Str(path) }
end

local function Begin(meta)
  source = pandoc.utils.stringify(meta.source)
  single = meta.single ~= nil
  chapters = {}
  for number in pandoc.utils.stringify(meta.chapters):gmatch('%d+') do table.insert(chapters, tonumber(number)) end
  needed = pandoc.utils.stringify(meta.needed)
  readWords()
end

-- The sections of a chapter with their numbers, and on the one page all places with their page's name.
local function withNumbers(blocks, number)
  local section, seen = 0, {}
  for index, block in ipairs(number and number > 0 and blocks or {}) do
    if block.t == 'Header' then seen = {} end
    if block.t == 'Para' then blocks[index] = pandoc.Para(explained(block.content, seen)) end
  end
  return pandoc.walk_block(pandoc.Div(blocks), {
    Header = function(header)
      if number and number > 0 and header.level == 2 then
        section = section + 1
        header.content:insert(1, pandoc.Span({ pandoc.Str(number .. '.' .. section) }, pandoc.Attr('', { 'section' })))
        header.content:insert(2, pandoc.Space())
      end
      if single then header.identifier = prefix(source) .. (header.level == 1 and 'top' or header.identifier) end
      return header
    end,
  }).content
end

local function Finish(document)
  local number = source == 'README.md' and 0 or tonumber(source:match('^Chapters/Chapter(%d+)/README%.md$'))
  document.blocks = withNumbers(document.blocks, number)
  local blocks, meta = document.blocks, document.meta
  if number == 0 then
    -- The contents come after the table of the chapters: before the heading that follows theirs.
    local seen = false
    for index, block in ipairs(blocks) do
      if block.t == 'Header' and seen then
        blocks:insert(index, contents())
        break
      end
      seen = seen or block.t == 'Header' and block.identifier == 'the-chapters'
    end
  elseif number then
    -- The links at the foot are the template's here.
    while blocks[#blocks].t ~= 'HorizontalRule' do blocks:remove() end
    blocks:remove()
  end
  if number then
    local function link(path) return { url = page(path), title = pandoc.MetaInlines(title(path)) } end
    local place = 0
    for index, chapter in ipairs(chapters) do if chapter == number then place = index end end
    if place > 0 then meta.previous = link(place > 1 and chapterFile(chapters[place - 1]) or 'README.md') end
    if place < #chapters then meta.next = link(chapterFile(chapters[place + 1])) end
  end
  meta.pagetitle = pandoc.utils.stringify(source:match('%.md$') and title(source) or source)
  return document
end

return {
  { Meta = Begin },
  { Image = Image, RawInline = RawInline, Math = Math, Note = Note },
  { Link = Link, Blocks = Blocks },
  { Pandoc = Finish },
}
