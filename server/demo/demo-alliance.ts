import type { Role } from '../../shared/account/account.ts';

export interface DemoHospital {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
}

export interface DemoAccount {
  /** Named for the role: nobody is invented. */
  readonly username: string;
  readonly role: Role;
  readonly hospitalCode: string;
  readonly nameZh: string;
  readonly nameEn: string;
}

const PROVINCE = 'DEMO-PROVINCE';
const COUNTY = 'DEMO-COUNTY';
const SECOND_COUNTY = 'DEMO-COUNTY-2';

/** A small alliance: two county hospitals that scan, a provincial one that reads and teaches. */
export const DEMO_HOSPITALS: readonly DemoHospital[] = [
  { code: PROVINCE, nameZh: '示范省级医院', nameEn: 'Demo Provincial Hospital' },
  { code: COUNTY, nameZh: '示范县医院', nameEn: 'Demo County Hospital' },
  { code: SECOND_COUNTY, nameZh: '示范第二县医院', nameEn: 'Demo Second County Hospital' },
];

/** In the order of the sign-in page: first who brings slides, then who reads them. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    username: 'technician',
    role: 'technician',
    hospitalCode: COUNTY,
    nameZh: '演示技术员',
    nameEn: 'Demo technician',
  },
  {
    username: 'pathologist',
    role: 'pathologist',
    hospitalCode: COUNTY,
    nameZh: '演示病理医师',
    nameEn: 'Demo pathologist',
  },
  {
    username: 'expert',
    role: 'expert',
    hospitalCode: PROVINCE,
    nameZh: '演示会诊专家',
    nameEn: 'Demo expert',
  },
  {
    username: 'coordinator',
    role: 'coordinator',
    hospitalCode: PROVINCE,
    nameZh: '演示协调员',
    nameEn: 'Demo coordinator',
  },
  {
    username: 'teacher',
    role: 'teacher',
    hospitalCode: PROVINCE,
    nameZh: '演示带教老师',
    nameEn: 'Demo teacher',
  },
  {
    username: 'trainee',
    role: 'trainee',
    hospitalCode: PROVINCE,
    nameZh: '演示学员',
    nameEn: 'Demo trainee',
  },
  {
    username: 'neighbour',
    role: 'pathologist',
    hospitalCode: SECOND_COUNTY,
    nameZh: '演示邻院医师',
    nameEn: 'Demo pathologist next door',
  },
  {
    username: 'county-admin',
    role: 'hospital-administrator',
    hospitalCode: COUNTY,
    nameZh: '演示医院管理员',
    nameEn: 'Demo hospital administrator',
  },
  {
    username: 'admin',
    role: 'administrator',
    hospitalCode: PROVINCE,
    nameZh: '演示系统管理员',
    nameEn: 'Demo administrator',
  },
];

/** Who brings the demo slides in, and whose they are. */
export const DEMO_UPLOADER = 'technician';
/** To which hospital they are lent, so that the expert has something to read. */
export const DEMO_BORROWER = PROVINCE;
