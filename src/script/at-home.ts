/** Methods of components that run where the model is trained, in the main process. */
export const AT_HOME = /^(train|fit|__init__|__init_subclass__|is_trained|setup)$/;
