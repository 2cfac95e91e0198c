/** What xarray calls the variable of a DataArray without a name where it needs one (`xarray.backends.api`). */
export const dataArrayName = "__xarray_dataarray_variable__";
