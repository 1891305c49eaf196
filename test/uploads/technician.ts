/** Whom the killable server of these tests knows. Apart from it: importing that file starts a server. */
export const TECHNICIAN = { username: 'technician', password: 'correct horse battery' };
