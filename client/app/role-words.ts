import type { Role } from '../../shared/account/account.ts';
import { defineWords } from './i18n.ts';

export const roleWords = defineWords({
  zh: {
    administrator: '系统管理员',
    'hospital-administrator': '医院管理员',
    technician: '技术员',
    pathologist: '病理医师',
    expert: '会诊专家',
    coordinator: '协调员',
    teacher: '带教教师',
    trainee: '学员',
  } satisfies Record<Role, string>,
  en: {
    administrator: 'Administrator',
    'hospital-administrator': 'Hospital administrator',
    technician: 'Technician',
    pathologist: 'Pathologist',
    expert: 'Consulting expert',
    coordinator: 'Coordinator',
    teacher: 'Teacher',
    trainee: 'Trainee',
  },
});
