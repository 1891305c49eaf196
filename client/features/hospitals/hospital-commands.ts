import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Hospital } from '../../../shared/account/account.ts';
import { PAGE_ENDPOINTS } from '../../../shared/api/page-endpoints.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';

export const NewHospital = PAGE_ENDPOINTS['hospital.create'].body;
export const HospitalChange = PAGE_ENDPOINTS['hospital.update'].body;

interface Update {
  readonly hospital: Hospital;
  readonly change: z.output<typeof HospitalChange>;
}

export function useHospitalCommands(onSaved: (hospital: Hospital) => void) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: keyOf('hospital.list') });
  const create = useMutation({
    mutationFn: (body: z.output<typeof NewHospital>) => call('hospital.create', { body }),
    onSuccess: onSaved,
    onSettled,
  });
  const update = useMutation({
    mutationFn: ({ hospital, change }: Update) =>
      call('hospital.update', { params: { hospitalId: hospital.id }, body: change }),
    onSuccess: onSaved,
    onSettled,
  });
  return { create, update };
}
