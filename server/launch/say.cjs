'use strict';

/** Says in one line what is going on, in both languages: nobody has signed in yet to have chosen one. */
function say(english, chinese) {
  console.log(`» ${english}  ${chinese}`);
}

/** Ends the program with a sentence instead of a stack trace. */
function giveUp(english, chinese) {
  console.error(`✗ ${english}\n  ${chinese}`);
  process.exit(1);
}

module.exports = { say, giveUp };
