const text =
  'able act add age air all and any area arm art as ask at back bad bag band be bear bed best big bit blue bone ' +
  'both box boy bus but buy by cake can cap car card cast cat city coat cold cool cost cow cup cut dark day ' +
  'deep do dog draw dry due ear east eat egg else end eye face fair far fast feel few find fish fit flag fly ' +
  'fold for form free fun game gas get give go gold grow half hang hat he head help her high him his hole host ' +
  'hot how ice if in inch it item its job joy jump key kick kid know land law lay lead left leg let lift lip ' +
  'list lock loss lot low luck make man map may me meal mile mind mix moon most must my neck net new news nine ' +
  'no nor not now odd of off oil old on once one onto or our out own pack pair part path pay pen pin pipe pole ' +
  'pop post pot push put rain raw read red rent rich rise road roll rose row run rush sand say sea seat see ' +
  'self set she ship show sing sit six skin sky so soft son soon star step sun sure take tax tell ten that the ' +
  'then this tie tip to tone too top town true try two unit up use very walk want wave way we week west who why ' +
  'wide will win wine wise wood work yes yet you your';

/**
 * 256 plain English words. Each is one token, at the start of a text and after a space, in o200k_base, cl100k_base,
 * p50k_base and r50k_base, which most vocabularies of today descend from. In sentences of eight words and a full stop
 * they come to 4.0 characters a token.
 */
export const plainWords: readonly string[] = text.split(' ');
