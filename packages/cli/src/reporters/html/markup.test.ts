import { describe, expect, it } from 'vitest';
import { markup } from './markup.ts';
import { scriptData } from './script-data.ts';

describe('markup', () => {
  it('escapes what is put into it, in texts and in attributes', () => {
    const evil = '<script>alert("1")</script> & \'x\'';
    expect(markup`<p title="${evil}">${evil}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>',
    );
  });

  it('takes markup and lists of it as they are, and nothing for what is missing', () => {
    const items = ['a', '<b>'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}${null}${undefined}${false}${0}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
  });

  it('shows what HTML does not know, or what turns the direction of writing, as a sign', () => {
    expect(markup`${'a\0b\u001b[31mc\u202ed\ufeff\ud800e\tf\ng'}`.text).toBe(
      'a\ufffdb\ufffd[31mc\ufffdd\ufffd\ufffde\tf\ng',
    );
  });
});

describe('data in a script element', () => {
  it('ends no element, opens no comment, breaks no line, and is the same when it is read', () => {
    const value = { '</script>': '<!-- <script> ]]> & \u2028\u2029', list: [1, null, 0.5] };
    const text = scriptData(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
